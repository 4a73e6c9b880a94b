import assert from "node:assert/strict";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { createEnvironment, type Environment } from "../../function/environment.ts";
import { openBucket } from "../../local/bucket.ts";
import { createDataApi } from "../../local/data-api.ts";
import { openDatabase } from "../../local/database.ts";
import { createParameterStore } from "../../local/parameter-store.ts";
import { type Server, serve } from "../../local/serve.ts";
import { pointSdkTo } from "../../local/stack.ts";
import { createSecretStore } from "../fixtures/secret-store.ts";
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

  describe("with the credentials in Secrets Manager", () => {
    const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:proofmark-dev-supabase";

    /** The environment, the secret's versions, and what was asked of their store. */
    async function openWithSecret(...versions: string[]) {
      const asked: string[] = [];
      const answer = createSecretStore(new Map([[secretArn, versions]]));
      const secretStore = keep(
        await serve(async (request) => {
          asked.push(request.headers.get("x-amz-target") ?? "");
          return answer(request);
        }),
      );
      pointSdkTo({ s3: "http://127.0.0.1:9", ssm: "http://127.0.0.1:9" });
      process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretStore.url;
      const variables = { SECRETS_MANAGER_SECRET_ID: secretArn, MODEL_PATH: folder };
      return { environment: keep(await createEnvironment(variables)), versions, asked };
    }

    it("takes the version that became the current one meanwhile, as soon as the old key is refused", async () => {
      const database = keep(await openDatabase(768));
      let validKey = "first";
      const dataApi = keep(
        await serve(async (request) => createDataApi(database, validKey)(request)),
      );
      const version = (service_key: string) => JSON.stringify({ url: dataApi.url, service_key });
      const { environment, versions, asked } = await openWithSecret(version("first"));

      await environment.store.knownContent(["a"], "m");
      await environment.store.knownContent(["b"], "m");
      assert.deepEqual(asked, ["secretsmanager.GetSecretValue"]);

      versions.push(version("second"));
      validKey = "second";
      assert.deepEqual(await environment.store.knownContent(["a"], "m"), new Set());
      assert.equal(asked.length, 2);
    });

    it("names a secret that does not exist", async () => {
      const { environment } = await openWithSecret();

      await assert.rejects(environment.store.knownContent([], "m"), {
        name: "CredentialsError",
        message: new RegExp(`Secrets Manager secret ${secretArn} do not exist`),
      });
    });
  });

  it("names the variable where the parameter's name is missing", async () => {
    await assert.rejects(createEnvironment({ MODEL_PATH: folder }), {
      name: "SettingError",
      variable: "SSM_PARAMETER_NAME",
    });
  });
});
