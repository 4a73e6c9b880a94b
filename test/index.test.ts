import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { InvalidSettingsError } from "../infra/settings.ts";
import {
  type NotificationServer,
  recorded,
  startNotificationServer,
} from "./infra/notification-server.ts";
import { REQUIRED, recordProgram, SERVICE_KEY } from "./infra/recorded-program.ts";
import { inputsOf, resolved, secretValue, titles } from "./infra/recording.ts";

const FUNCTION = "proofmark-dev-embedding-processor";
const SEARCH = "proofmark-dev-embedding-search";
const TOPIC = "proofmark-dev-s3-file-upload-notifications";

const SEARCH_RESOURCES = [
  `LogGroup ${SEARCH}`,
  `Role ${SEARCH}`,
  `RolePolicy ${SEARCH}`,
  `Function ${SEARCH}`,
];

describe("the program", () => {
  it("deploys these resources and no others", async () => {
    const { resources } = await recordProgram();

    assert.deepEqual(titles(resources), [
      `LogGroup ${FUNCTION}`,
      `LogGroup ${SEARCH}`,
      `Role ${FUNCTION}`,
      `Role ${SEARCH}`,
      `RolePolicy ${FUNCTION}`,
      `RolePolicy ${SEARCH}`,
      `Function ${FUNCTION}`,
      `Function ${SEARCH}`,
      `FunctionEventInvokeConfig ${FUNCTION}`,
      "LayerVersion proofmark-dev-dependencies",
      "LayerVersion proofmark-dev-model",
      `Permission ${FUNCTION}`,
      "Bucket acme-documents",
      "Bucket proofmark-dev-artefacts",
      "BucketNotification acme-documents",
      "BucketObjectv2 proofmark-dev-dependencies",
      "BucketObjectv2 proofmark-dev-model",
      "BucketOwnershipControls acme-documents",
      "BucketOwnershipControls proofmark-dev-artefacts",
      "BucketPolicy acme-documents",
      "BucketPolicy proofmark-dev-artefacts",
      "BucketPublicAccessBlock acme-documents",
      "BucketPublicAccessBlock proofmark-dev-artefacts",
      "BucketServerSideEncryptionConfiguration acme-documents",
      "BucketServerSideEncryptionConfiguration proofmark-dev-artefacts",
      "BucketVersioning acme-documents",
      `Topic ${TOPIC}`,
      `TopicPolicy ${TOPIC}`,
      `TopicSubscription ${FUNCTION}`,
      `Queue ${FUNCTION}-failed`,
      `Queue ${FUNCTION}-undelivered`,
      `QueuePolicy ${FUNCTION}-failed`,
      `QueuePolicy ${FUNCTION}-undelivered`,
      "Parameter supabase-credentials",
    ]);
  });

  it("gives a person the names and the commands to go on with", async () => {
    const { result } = await recordProgram({
      buckets: '[{"name":"acme-documents","prefix":"in/"},{"name":"acme-more"}]',
      searchUrl: "true",
    });

    const outputs = await resolved(pulumi.output({ ...result }));
    assert.deepEqual(outputs, {
      bucketNames: ["acme-documents", "acme-more"],
      topicArn: `arn:aws:sns:eu-west-1:123456789012:${TOPIC}`,
      functionName: FUNCTION,
      failedQueueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/${FUNCTION}-failed`,
      undeliveredQueueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/${FUNCTION}-undelivered`,
      logGroup: `/aws/lambda/${FUNCTION}`,
      searchFunctionName: SEARCH,
      searchUrl: "https://abc.lambda-url.eu-west-1.on.aws/",
      uploadCommand: "aws s3 cp samples s3://acme-documents/in/ --recursive",
      logsCommand: `aws logs tail /aws/lambda/${FUNCTION} --follow --region eu-west-1`,
      searchCommand: 'npm run search -- --stack dev "your question"',
    });
  });

  it("has no search function, and no word of one, where search is off", async () => {
    const on = await recordProgram();
    const off = await recordProgram({ search: "false" });

    assert.deepEqual(
      titles(off.resources),
      titles(on.resources).filter((title) => !SEARCH_RESOURCES.includes(title)),
    );
    assert.equal(off.result.searchFunctionName, null);
    assert.equal(off.result.searchCommand, null);
  });

  it("lets the key appear nowhere but in the parameter, as a secret", async () => {
    const { result, resources } = await recordProgram({ searchUrl: "true" });

    const holders = resources.filter((resource) => JSON.stringify(resource).includes(SERVICE_KEY));
    assert.deepEqual(titles(holders), ["Parameter supabase-credentials"]);
    const { value, ...others } = inputsOf(resources, "Parameter");
    assert.doesNotMatch(JSON.stringify(others), new RegExp(SERVICE_KEY));
    assert.match(String(secretValue(value)), new RegExp(SERVICE_KEY));
    for (const output of Object.values(result)) {
      assert.equal(await pulumi.isSecret(pulumi.output<unknown>(output)), false);
      assert.doesNotMatch(String(await resolved(pulumi.output<unknown>(output))), /sb_secret/);
    }
  });

  it("keeps the credentials in a secret in place of the parameter, where Secrets Manager is the store", async () => {
    const { resources: before } = await recordProgram();
    const { resources } = await recordProgram({ credentialsStore: "secrets-manager" });

    const [old, now] = [titles(before), titles(resources)];
    assert.deepEqual(
      old.filter((title) => !now.includes(title)),
      ["Parameter supabase-credentials"],
    );
    assert.deepEqual(
      now.filter((title) => !old.includes(title)),
      ["Secret proofmark-dev-supabase", "SecretVersion proofmark-dev-supabase"],
    );
    const holders = resources.filter((resource) => JSON.stringify(resource).includes(SERVICE_KEY));
    assert.deepEqual(titles(holders), ["SecretVersion proofmark-dev-supabase"]);
    for (const name of [FUNCTION, SEARCH]) {
      const variables = JSON.stringify(inputsOf(resources, "Function", name).environment);
      assert.match(
        variables,
        /"SECRETS_MANAGER_SECRET_ID":"arn:aws:secretsmanager:eu-west-1:123456789012:secret:proofmark-dev-supabase-1a2b3c4-AbCdEf"/,
      );
      assert.doesNotMatch(variables, /SSM_PARAMETER_NAME/);
    }
  });

  it("gives both functions one bundle, one environment and one pair of layers", async () => {
    const { resources } = await recordProgram({ chunkTokens: "256", memoryMegabytes: "2048" });

    const shared = ["layers", "runtime", "architectures", "memorySize"] as const;
    const ingest = inputsOf(resources, "Function", FUNCTION);
    const search = inputsOf(resources, "Function", SEARCH);
    for (const { code } of [ingest, search]) {
      assert.ok(code instanceof pulumi.asset.FileArchive);
      assert.equal(await code.path, "dist/function.zip");
    }
    for (const property of shared) assert.deepEqual(search[property], ingest[property], property);
    assert.deepEqual(ingest.layers, [
      "arn:aws:lambda:eu-west-1:123456789012:layer:proofmark-dev-dependencies:1",
      "arn:aws:lambda:eu-west-1:123456789012:layer:proofmark-dev-model:1",
    ]);
    assert.equal(ingest.memorySize, 2048);
    assert.deepEqual(
      [ingest, search].map(({ environment }) => environment),
      [FUNCTION, SEARCH].map((name) => ({
        variables: {
          SSM_PARAMETER_NAME: "/proofmark/dev/supabase",
          MODEL_PATH: "/opt/model",
          CHUNK_TOKENS: "256",
          CHUNK_OVERLAP_TOKENS: "64",
          MAX_OBJECT_BYTES: "10485760",
          LOG_LEVEL: "INFO",
          ORT_DISABLE_TELEMETRY: "1",
          MALLOC_MMAP_THRESHOLD_: "4194304",
          MALLOC_TRIM_THRESHOLD_: "33554432",
          POWERTOOLS_SERVICE_NAME: name,
          POWERTOOLS_METRICS_NAMESPACE: "EmbeddingProcessor",
          ...(name === FUNCTION
            ? { TOPIC_ARN: `arn:aws:sns:eu-west-1:123456789012:${TOPIC}` }
            : {}),
        },
      })),
    );
  });

  it("tells both functions where the model is, and gives it room, where it is in S3", async () => {
    const { resources } = await recordProgram({ modelSource: "s3" });

    const manifest = inputsOf(resources, "BucketObjectv2", "proofmark-dev-model/manifest.json");
    const [, sha256] = /^models\/([0-9a-f]{64})\/manifest\.json$/.exec(String(manifest.key)) ?? [];
    assert.equal(sha256, manifest.sourceHash);
    for (const name of [FUNCTION, SEARCH]) {
      const { layers, environment, ephemeralStorage } = inputsOf(resources, "Function", name);
      assert.deepEqual(layers, [
        "arn:aws:lambda:eu-west-1:123456789012:layer:proofmark-dev-dependencies:1",
      ]);
      const { variables } = Object(environment);
      assert.equal(variables.MODEL_S3_URI, `s3://proofmark-dev-artefacts-1a2b3c4/models/${sha256}`);
      assert.equal(variables.MODEL_SHA256, sha256);
      assert.ok(!("MODEL_PATH" in variables));
      assert.deepEqual(ephemeralStorage, { size: 512 });
    }
  });

  it("makes nothing where the settings have a mistake", async () => {
    await assert.rejects(recordProgram({ supabaseUlr: REQUIRED.supabaseUrl }), (error) => {
      assert.ok(error instanceof InvalidSettingsError);
      assert.equal(
        error.message,
        "The settings of stack dev cannot be used. Change them with `pulumi config set --path`:\n" +
          "  supabaseUlr: no such setting; the nearest one is supabaseUrl",
      );
      return true;
    });
  });

  describe("with a bucket that exists", () => {
    const variables = [
      "AWS_ENDPOINT_URL_S3",
      "AWS_ACCESS_KEY_ID",
      "AWS_SECRET_ACCESS_KEY",
    ] as const;
    const saved = variables.map((name) => [name, process.env[name]] as const);
    let server: NotificationServer;

    before(async () => {
      server = await startNotificationServer({ theirs: recorded("four-destinations") });
      process.env.AWS_ENDPOINT_URL_S3 = server.url;
      process.env.AWS_ACCESS_KEY_ID = "test";
      process.env.AWS_SECRET_ACCESS_KEY = "test";
    });
    after(async () => {
      for (const [name, value] of saved) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
      await server.close();
    });

    it("adds itself to what the bucket notifies, and changes nothing else of it", async () => {
      const { resources } = await recordProgram({
        buckets: '[{"name":"theirs","create":false,"prefix":"docs/"}]',
      });

      const events = [
        "s3:ObjectCreated:*",
        "s3:ObjectRestore:Completed",
        "s3:ObjectRemoved:*",
        "s3:LifecycleExpiration:*",
      ];
      assert.deepEqual(
        titles(resources).filter((title) => title.endsWith(" theirs")),
        ["BucketNotification theirs"],
      );
      assert.deepEqual(inputsOf(resources, "BucketNotification"), {
        bucket: "theirs",
        topics: [
          {
            id: `${TOPIC}-0`,
            topicArn: `arn:aws:sns:eu-west-1:123456789012:${TOPIC}`,
            events,
            filterPrefix: "docs/",
          },
          {
            id: "thumbnails",
            topicArn: "arn:aws:sns:eu-west-1:123456789012:thumbnails",
            events: ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"],
            filterPrefix: "photos/",
            filterSuffix: ".jpg",
          },
        ],
        queues: [
          {
            id: "audit",
            queueArn: "arn:aws:sqs:eu-west-1:123456789012:audit",
            events: ["s3:ObjectTagging:*"],
          },
        ],
        lambdaFunctions: [
          {
            id: "virus-scan",
            lambdaFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:virus-scan",
            events: ["s3:ObjectCreated:*"],
            filterPrefix: "inbox/",
          },
        ],
        eventbridge: true,
      });
    });

    it("refuses to take objects that another destination has", async () => {
      await assert.rejects(
        recordProgram({ buckets: '[{"name":"theirs","create":false}]' }),
        /^OverlappingNotificationError: Bucket theirs already sends s3:ObjectCreated:Put, s3:ObjectCreated:Copy of keys photos\/\*\.jpg to arn:aws:sns:eu-west-1:123456789012:thumbnails \(configuration thumbnails\)/,
      );
    });
  });
});
