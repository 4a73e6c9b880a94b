import assert from "node:assert/strict";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { createEnvironment, type Environment } from "../../function/environment.ts";
import { openBucket } from "../../local/bucket.ts";
import { createParameterStore } from "../../local/parameter-store.ts";
import { type Server, serve } from "../../local/serve.ts";
import { pointSdkTo } from "../../local/stack.ts";
import { testModelFolder } from "../models/folders.ts";

const folder = testModelFolder("tiny-embeddinggemma");
const parameter = "/proofmark/dev/supabase";
const value = JSON.stringify({ url: "http://127.0.0.1:9", service_key: "key" });

describe("createEnvironment, with the real SDK", () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
  });

  function keep<T extends { close(): Promise<void> }>(part: T): T {
    opened.push(part);
    return part;
  }

  async function environmentOf(SSM_PARAMETER_NAME: string): Promise<Environment> {
    const store: Server = keep(await serve(createParameterStore(new Map([[parameter, value]]))));
    const bucket = keep(await openBucket("uploads"));
    await bucket.put("a.txt", Buffer.from("text"), "text/plain");
    pointSdkTo({ s3: bucket.url, ssm: store.url });
    return keep(await createEnvironment({ SSM_PARAMETER_NAME, MODEL_PATH: folder }));
  }

  it("reads an object", async () => {
    const { getObject } = await environmentOf(parameter);

    const answer = await getObject({ bucket: "uploads", key: "a.txt" });

    assert.equal(answer.ContentLength, 4);
    assert.deepEqual(
      Buffer.from((await answer.Body?.transformToByteArray()) ?? []),
      Buffer.from("text"),
    );
  });

  it("asks for the parameter decrypted", async () => {
    const { store } = await environmentOf(parameter);

    // The credentials were understood: what fails is the address in them.
    await assert.rejects(store.knownContent([], "m"), { name: "StoreUnavailableError" });
  });

  it("asks for it before there is a model, and once for all uses", async () => {
    const asked: string[] = [];
    const firstAsked = Promise.withResolvers<void>();
    const answer = createParameterStore(new Map([[parameter, value]]));
    const store = keep(
      await serve(async (request) => {
        asked.push(request.method);
        firstAsked.resolve();
        return answer(request);
      }),
    );
    pointSdkTo({ s3: "http://127.0.0.1:9", ssm: store.url });
    const variables = { SSM_PARAMETER_NAME: parameter };

    await assert.rejects(createEnvironment({ ...variables, MODEL_PATH: "nowhere" }), {
      name: "ModelFolderError",
    });
    await firstAsked.promise;
    asked.length = 0;
    const environment = keep(await createEnvironment({ ...variables, MODEL_PATH: folder }));
    for (const _ of [1, 2]) {
      await assert.rejects(environment.store.knownContent([], "m"), {
        name: "StoreUnavailableError",
      });
    }
    assert.deepEqual(asked, ["POST"]);
  });

  it("publishes to a topic, and says of one that is not there that it is not", async () => {
    const { publish } = await environmentOf(parameter);
    process.env.AWS_ENDPOINT_URL_SNS = process.env.AWS_ENDPOINT_URL_S3 ?? "";
    const sns = new SNSClient();
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "uploads" }));

    await publish(TopicArn, "{}");
    await assert.rejects(publish(`${TopicArn}-gone`, "{}"), { name: /NotFound/ });
    sns.destroy();
  });

  it("names a parameter that does not exist", async () => {
    const { store } = await environmentOf("/proofmark/prod/supabase");

    await assert.rejects(store.knownContent([], "m"), {
      name: "CredentialsError",
      message: /SSM parameter \/proofmark\/prod\/supabase do not exist/,
    });
  });

  it("names the variable where the parameter's name is missing", async () => {
    await assert.rejects(createEnvironment({ MODEL_PATH: folder }), {
      name: "SettingError",
      variable: "SSM_PARAMETER_NAME",
    });
  });
});
