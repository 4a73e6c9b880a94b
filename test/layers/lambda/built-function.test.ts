import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { PGlite } from "@electric-sql/pglite";
import { buildAll, type LayerBuild } from "../../../layers/build.ts";
import { architectures } from "../../../layers/dependencies/contents.ts";
import { type ModelObjects, writeModelObjects } from "../../../layers/model-objects.ts";
import { type LocalBucket, openBucket } from "../../../local/bucket.ts";
import { createDataApi } from "../../../local/data-api.ts";
import { openDatabase } from "../../../local/database.ts";
import { createMessage, createNotification } from "../../../local/notification.ts";
import { createParameterStore } from "../../../local/parameter-store.ts";
import { type Server, serve } from "../../../local/serve.ts";
import { createSecretStore } from "../../fixtures/secret-store.ts";
import { type LambdaEnvironment, startLambda } from "./environment.ts";

/** The libraries in the layer are Linux's: elsewhere there is nothing to run. */
const describeOnLinux =
  process.platform === "linux" ? describe : (_title: string, _suite: () => void) => {};

const account = { accessKeyId: "test", secretAccessKey: "test" };

describeOnLinux("the built zips, run as Lambda runs them", () => {
  let distFolder: string;
  let build: LayerBuild;
  let database: PGlite;
  let bucket: LocalBucket;
  let servers: Server[];
  let variables: Record<string, string>;
  let variablesOfSecret: Record<string, string>;
  let environment: LambdaEnvironment | undefined;
  let storeDelayMilliseconds = 0;

  before(async function () {
    const architecture = architectures.find((known) => known === process.arch);
    assert.ok(architecture, `Lambda has no ${process.arch}`);
    this.timeout(120_000);
    distFolder = await mkdtemp(join(tmpdir(), "dist-"));
    build = await buildAll({ distFolder, architecture, model: "test/models/tiny-embeddinggemma" });

    database = await openDatabase(768);
    bucket = await openBucket("documents");
    const answer = createDataApi(database, "service-key");
    const dataApi = await serve(async (request) => {
      if (request.url.endsWith("/rpc/store_content")) await setTimeout(storeDelayMilliseconds);
      return answer(request);
    });
    const credentials = JSON.stringify({ url: dataApi.url, service_key: "service-key" });
    const parameterStore = await serve(
      createParameterStore(new Map([["/test/supabase", credentials]])),
    );
    const secretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:test";
    const secretStore = await serve(createSecretStore(new Map([[secretArn, [credentials]]])));
    servers = [dataApi, parameterStore, secretStore];
    variables = {
      SSM_PARAMETER_NAME: "/test/supabase",
      AWS_ENDPOINT_URL_S3: bucket.url,
      AWS_ENDPOINT_URL_SSM: parameterStore.url,
    };
    variablesOfSecret = {
      SSM_PARAMETER_NAME: "",
      SECRETS_MANAGER_SECRET_ID: secretArn,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretStore.url,
    };
  });

  afterEach(async () => {
    await environment?.stop();
    environment = undefined;
  });

  after(async () => {
    await bucket.close();
    for (const server of servers) await server.close();
    await database.close();
    await rm(distFolder, { recursive: true });
  });

  const start = async (
    handler: string,
    layers: readonly string[],
    ownVariables: Readonly<Record<string, string>> = {},
  ) => {
    environment = await startLambda({
      functionZip: build.functionZip.path,
      layers,
      handler,
      variables: { ...variables, ...ownVariables },
    });
    return environment;
  };
  const upload = async (key: string, text: string) => {
    await bucket.put(key, Buffer.from(text), "text/plain");
    const change = { bucket: bucket.name, key, occurredAt: new Date() };
    return createNotification(createMessage({ eventName: "ObjectCreated:Put", ...change }));
  };

  it("turn one event into one row, and write nowhere but to /tmp", async () => {
    const event = await upload("notes/bees.txt", "The bees came back in the second week of April.");
    const lambda = await start("index.ingest", [
      build.dependenciesLayer.path,
      build.modelLayer.path,
    ]);
    const filesBefore = await lambda.filesOutsideTmp();

    assert.deepEqual(await lambda.invoke(event), { response: null });

    const { rows } = await database.query("select key, content from content_embeddings");
    assert.deepEqual(rows, [
      { key: "notes/bees.txt", content: "The bees came back in the second week of April." },
    ]);
    assert.deepEqual(await lambda.filesOutsideTmp(), filesBefore);
    assert.match(lambda.log(), /Object embedded/);
  });

  it("give back of a batch of ten messages the one that cannot be ingested", async () => {
    const uploads = await Promise.all(
      Array.from({ length: 10 }, async (_, n) => {
        const key = `batch/${n}.txt`;
        await bucket.put(key, Buffer.from(`The text of document ${n}.`), "text/plain");
        const change = { bucket: n === 6 ? "no-such-bucket" : bucket.name, key };
        const occurredAt = new Date();
        return createMessage({ eventName: "ObjectCreated:Put", ...change, occurredAt });
      }),
    );
    const Records = uploads.map((body, n) => ({
      eventSource: "aws:sqs",
      messageId: `message-${n}`,
      receiptHandle: `handle-${n}`,
      body,
    }));
    const layers = [build.dependenciesLayer.path, build.modelLayer.path];
    const lambda = await start("index.ingest", layers);

    const answer = await lambda.invoke({ Records });

    assert.deepEqual(answer, {
      response: { batchItemFailures: [{ itemIdentifier: "message-6" }] },
    });
    const { rows } = await database.query(
      "select key from source_objects where key like 'batch/%' order by key",
    );
    assert.deepEqual(
      rows,
      [0, 1, 2, 3, 4, 5, 7, 8, 9].map((n) => ({ key: `batch/${n}.txt` })),
    );
  });

  it("publish the event of a document again that one run is too short for, and finish it then", async () => {
    const credentials = { region: "us-east-1", endpoint: bucket.url };
    const sns = new SNSClient({ ...credentials, credentials: account });
    const sqs = new SQSClient({ ...credentials, credentials: account });
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "uploads" }));
    await sqs.send(new CreateQueueCommand({ QueueName: "published" }));
    const Endpoint = "arn:aws:sqs:us-east-1:000000000000:published";
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    const layers = [build.dependenciesLayer.path, build.modelLayer.path];
    const lambda = await start("index.ingest", layers, {
      TOPIC_ARN: TopicArn,
      AWS_ENDPOINT_URL_SNS: bucket.url,
    });
    await lambda.invoke(await upload("notes/warm.txt", "The session is open after this."));
    const text = Array.from({ length: 300 }, (_, n) => `Sentence ${n} of one long document.`);
    const event = await upload("notes/long.txt", text.join(" "));

    // Of six seconds, the first embedding takes two: another one might take as long, and a second is kept.
    storeDelayMilliseconds = 2_000;
    assert.deepEqual(await lambda.invoke(event, 6_000), { response: null });

    storeDelayMilliseconds = 0;
    const QueueUrl = `${bucket.url}/000000000000/published`;
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    assert.equal(Messages.length, 1, lambda.log());
    const Sns = JSON.parse(Messages[0]?.Body ?? "");
    assert.deepEqual(await lambda.invoke({ Records: [{ Sns }] }), { response: null });
    assert.match(lambda.log(), /Object continued(.|\n)*Object embedded/);
    const { rows } = await database.query(
      "select status from source_objects where key = 'notes/long.txt'",
    );
    assert.deepEqual(rows, [{ status: "embedded" }]);
    sns.destroy();
    sqs.destroy();
  });

  it("answer a question with what is stored", async () => {
    const lambda = await start("index.search", [
      build.dependenciesLayer.path,
      build.modelLayer.path,
    ]);

    const answer = await lambda.invoke({ question: "When did the bees return?", count: 1 });

    assert.ok("response" in answer && Array.isArray(answer.response), JSON.stringify(answer));
    assert.deepEqual(
      answer.response.map(({ key }) => key),
      ["notes/bees.txt"],
    );
  });

  it("read the credentials in a secret, where they are there and not in a parameter", async () => {
    const layers = [build.dependenciesLayer.path, build.modelLayer.path];
    const lambda = await start("index.search", layers, variablesOfSecret);

    const answer = await lambda.invoke({ question: "When did the bees return?", count: 1 });

    assert.ok("response" in answer && Array.isArray(answer.response), JSON.stringify(answer));
    assert.equal(answer.response.length, 1);
  });

  it("wait for the session as they are loaded where concurrency is provisioned, and then answer", async () => {
    const provisioned = { AWS_LAMBDA_INITIALIZATION_TYPE: "provisioned-concurrency" };
    const layers = [build.dependenciesLayer.path, build.modelLayer.path];
    const lambda = await start("index.search", layers, provisioned);

    const answer = await lambda.invoke({ question: "When did the bees return?", count: 1 });

    assert.ok("response" in answer && Array.isArray(answer.response), JSON.stringify(answer));
    assert.equal(answer.response.length, 1);
  });

  describe("with the model in S3", () => {
    let objects: ModelObjects;
    let address: Record<string, string>;
    before(async () => {
      objects = await writeModelObjects(join(distFolder, "model"), build.compiled.model);
      for (const { path, sourcePath } of objects.objects) {
        await bucket.put(`models/${objects.sha256}/${path}`, await readFile(sourcePath), "");
      }
      address = {
        MODEL_S3_URI: `s3://${bucket.name}/models/${objects.sha256}`,
        MODEL_SHA256: objects.sha256,
      };
    });

    it("fetch it once, and answer as they do with a layer", async () => {
      const question = { question: "When did the bees return?", count: 1 };
      const layers = [build.dependenciesLayer.path, build.modelLayer.path];
      const withLayer = await start("index.search", layers);
      const expected = await withLayer.invoke(question);
      await withLayer.stop();
      const lambda = await start("index.search", [build.dependenciesLayer.path], address);
      const filesBefore = await lambda.filesOutsideTmp();

      assert.deepEqual(await lambda.invoke(question), expected);

      for (const { path } of objects.objects) {
        await bucket.remove(`models/${objects.sha256}/${path}`);
      }
      assert.deepEqual(await lambda.invoke(question), expected);
      assert.deepEqual(await lambda.filesOutsideTmp(), filesBefore);
      for (const { path, sourcePath } of objects.objects) {
        await bucket.put(`models/${objects.sha256}/${path}`, await readFile(sourcePath), "");
      }
    });

    it("fetch it as they are loaded where concurrency is provisioned", async () => {
      const provisioned = { AWS_LAMBDA_INITIALIZATION_TYPE: "provisioned-concurrency" };
      const layers = [build.dependenciesLayer.path];
      const lambda = await start("index.search", layers, { ...address, ...provisioned });

      const answer = await lambda.invoke({ question: "When did the bees return?", count: 1 });

      assert.ok("response" in answer && Array.isArray(answer.response), JSON.stringify(answer));
      assert.equal(answer.response.length, 1);
    });

    it("refuse an object that is another, and take the right one at the next event", async () => {
      const key = `models/${objects.sha256}/tokenizer.bin`;
      const { sourcePath, sha256 } =
        objects.objects.find(({ path }) => path === "tokenizer.bin") ?? assert.fail();
      await bucket.put(key, (await readFile(sourcePath)).subarray(1), "");
      const lambda = await start("index.ingest", [build.dependenciesLayer.path], address);
      const event = await upload("notes/wasps.txt", "The wasps came in August.");

      const refused = await lambda.invoke(event);
      await bucket.put(key, await readFile(sourcePath), "");
      const answer = await lambda.invoke(event);

      assert.ok("error" in refused, JSON.stringify(refused));
      assert.equal(refused.error.errorType, "ModelFolderError");
      assert.ok(refused.error.errorMessage.includes(`s3://documents/${key} is not what was`));
      assert.ok(refused.error.errorMessage.includes(`SHA-256 ${sha256}`));
      assert.deepEqual(answer, { response: null });
    });
  });

  it("fail without the dependencies layer, with a message that names it, time after time", async () => {
    const event = await upload("notes/other.txt", "Another note.");
    const lambda = await start("index.ingest", [build.modelLayer.path]);

    for (const answer of [await lambda.invoke(event), await lambda.invoke(event)]) {
      assert.ok("error" in answer, JSON.stringify(answer));
      assert.match(
        answer.error.errorMessage,
        /onnxruntime-node cannot be loaded.* needs the dependencies layer \(dependencies-layer\.zip\)/,
      );
      assert.ok(answer.error.errorMessage.includes(process.arch));
    }
  });

  it("fail without the model layer, with a message that names the folder", async () => {
    const event = await upload("notes/other.txt", "Another note.");
    const lambda = await start("index.ingest", [build.dependenciesLayer.path]);

    const answer = await lambda.invoke(event);

    assert.ok("error" in answer, JSON.stringify(answer));
    assert.equal(answer.error.errorType, "ModelFolderError");
    assert.match(answer.error.errorMessage, /opt\/model\/manifest\.json is missing/);
  });
});
