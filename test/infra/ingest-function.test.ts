import assert from "node:assert/strict";
import * as v from "valibot";
import { IngestFunction, type IngestFunctionArgs } from "../../infra/ingest-function.ts";
import { inputsOf, KEY_ARN, policyOf, record, titles } from "./recording.ts";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:acme-dev-uploads";
const UPLOADS_ARN = "arn:aws:sqs:eu-west-1:123456789012:acme-dev-embedding-processor-uploads";
const FAILED_ARN = "arn:aws:sqs:eu-west-1:123456789012:acme-dev-embedding-processor-failed";
const UNDELIVERED_ARN =
  "arn:aws:sqs:eu-west-1:123456789012:acme-dev-embedding-processor-undelivered";

const create = (changes: Partial<IngestFunctionArgs> = {}) =>
  record(
    () =>
      new IngestFunction("ingest", {
        functionName: "acme-dev-embedding-processor",
        codePath: "package.json",
        layerArns: [],
        environment: {},
        architecture: "arm64",
        memoryMegabytes: 3008,
        timeoutSeconds: 300,
        logRetentionDays: 30,
        ephemeralStorageMegabytes: 512,
        tracing: false,
        statements: [],
        topicArn: TOPIC_ARN,
        reservedConcurrency: -1,
        provisionedConcurrency: 0,
        delivery: "direct",
        maximumConcurrency: 10,
        maximumEventAgeSeconds: 21_600,
        maximumRetryAttempts: 2,
        ...changes,
      }),
  );

describe("IngestFunction", () => {
  it("adds a subscription and two queues to the function", async () => {
    const { resources } = await create();

    assert.deepEqual(titles(resources), [
      "LogGroup ingest",
      "Role ingest",
      "RolePolicy ingest",
      "Function ingest",
      "FunctionEventInvokeConfig ingest",
      "Permission ingest",
      "TopicSubscription ingest",
      "Queue ingest-failed",
      "Queue ingest-undelivered",
      "QueuePolicy ingest-failed",
      "QueuePolicy ingest-undelivered",
    ]);
    assert.equal(inputsOf(resources, "Function").handler, "index.ingest");
    assert.equal(inputsOf(resources, "Function").timeout, 300);
  });

  it("keeps what the handler failed on, in a queue that its role may send to", async () => {
    const { resources } = await create();

    const policy = v.parse(
      v.object({ Statement: v.array(v.looseObject({ Sid: v.string() })) }),
      policyOf(inputsOf(resources, "RolePolicy")),
    );
    assert.deepEqual(inputsOf(resources, "FunctionEventInvokeConfig"), {
      functionName: "acme-dev-embedding-processor",
      destinationConfig: { onFailure: { destination: FAILED_ARN } },
      maximumEventAgeInSeconds: 21_600,
      maximumRetryAttempts: 2,
    });
    assert.deepEqual(
      policy.Statement.filter(({ Sid }) => Sid === "KeepFailed"),
      [{ Sid: "KeepFailed", Effect: "Allow", Action: "sqs:SendMessage", Resource: FAILED_ARN }],
    );
  });

  it("may publish the event of an unfinished document to its topic, which it knows", async () => {
    const { resources } = await create();

    assert.deepEqual(inputsOf(resources, "Function").environment, {
      variables: { TOPIC_ARN, POWERTOOLS_SERVICE_NAME: "acme-dev-embedding-processor" },
    });
    const policy = v.parse(
      v.object({ Statement: v.array(v.looseObject({ Sid: v.string() })) }),
      policyOf(inputsOf(resources, "RolePolicy")),
    );
    assert.deepEqual(
      policy.Statement.filter(({ Sid }) => Sid === "ContinueDocuments"),
      [
        {
          Sid: "ContinueDocuments",
          Effect: "Allow",
          Action: "sns:Publish",
          Resource: TOPIC_ARN,
        },
      ],
    );
  });

  it("keeps what SNS could not deliver, in a queue that only the topic may send to", async () => {
    const { resources } = await create();

    const { redrivePolicy, ...subscription } = inputsOf(resources, "TopicSubscription");
    assert.deepEqual(subscription, {
      topic: TOPIC_ARN,
      protocol: "lambda",
      endpoint: "arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-embedding-processor",
    });
    assert.equal(redrivePolicy, JSON.stringify({ deadLetterTargetArn: UNDELIVERED_ARN }));
    assert.match(
      JSON.stringify(inputsOf(resources, "QueuePolicy", "ingest-undelivered")),
      /TopicSends/,
    );
    assert.doesNotMatch(
      JSON.stringify(inputsOf(resources, "QueuePolicy", "ingest-failed")),
      /TopicSends/,
    );
  });

  it("encrypts its queues with the key that is named, and may use it for them and for its topic", async () => {
    const { resources } = await create({ key: { arn: KEY_ARN, region: "eu-west-1" } });

    for (const name of ["ingest-failed", "ingest-undelivered"]) {
      assert.equal(inputsOf(resources, "Queue", name).kmsMasterKeyId, KEY_ARN);
    }
    const policy = v.parse(
      v.object({ Statement: v.array(v.looseObject({ Sid: v.string() })) }),
      policyOf(inputsOf(resources, "RolePolicy")),
    );
    const encrypt = {
      Effect: "Allow",
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: KEY_ARN,
    };
    assert.deepEqual(
      policy.Statement.filter(({ Sid }) => Sid.startsWith("Encrypt")),
      [
        {
          ...encrypt,
          Sid: "EncryptFailed",
          Condition: {
            StringEquals: { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" },
            StringLike: { "kms:EncryptionContext:aws:sqs:arn": [FAILED_ARN] },
          },
        },
        {
          ...encrypt,
          Sid: "EncryptContinued",
          Condition: {
            StringEquals: { "kms:ViaService": "sns.eu-west-1.amazonaws.com" },
            StringLike: { "kms:EncryptionContext:aws:sns:topicArn": [TOPIC_ARN] },
          },
        },
      ],
    );
  });

  it("lets this topic invoke the function, and nobody else", async () => {
    const { resources } = await create();

    assert.deepEqual(inputsOf(resources, "Permission"), {
      function: "acme-dev-embedding-processor",
      action: "lambda:InvokeFunction",
      principal: "sns.amazonaws.com",
      sourceArn: TOPIC_ARN,
    });
  });

  it("bounds how long and how often Lambda tries an event, and how many at a time", async () => {
    const { resources } = await create({
      maximumEventAgeSeconds: 3600,
      maximumRetryAttempts: 0,
      reservedConcurrency: 5,
    });

    const config = inputsOf(resources, "FunctionEventInvokeConfig");
    assert.deepEqual([config.maximumEventAgeInSeconds, config.maximumRetryAttempts], [3600, 0]);
    assert.equal(inputsOf(resources, "Function").reservedConcurrentExecutions, 5);
  });

  it("sends events to an alias of the newest version where environments are kept ready", async () => {
    const { resources: before } = await create();
    const { resources } = await create({ provisionedConcurrency: 2 });

    const added = titles(resources).filter((title) => !titles(before).includes(title));
    assert.deepEqual(added, ["Alias ingest", "ProvisionedConcurrencyConfig ingest"]);
    assert.equal(resources.length, before.length + 2);
    assert.equal(inputsOf(resources, "Function").publish, true);
    assert.deepEqual(inputsOf(resources, "Alias"), {
      name: "live",
      functionName: "acme-dev-embedding-processor",
      functionVersion: "7",
    });
    assert.deepEqual(inputsOf(resources, "ProvisionedConcurrencyConfig"), {
      functionName: "acme-dev-embedding-processor",
      qualifier: "live",
      provisionedConcurrentExecutions: 2,
    });
    // What Lambda looks up is what is invoked: each of these would be without effect on the function itself.
    assert.equal(
      inputsOf(resources, "TopicSubscription").endpoint,
      "arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-embedding-processor:live",
    );
    assert.equal(inputsOf(resources, "Permission").qualifier, "live");
    assert.equal(inputsOf(resources, "FunctionEventInvokeConfig").qualifier, "live");
  });

  it("puts a queue before the function where one is to deliver, and nothing of the direct way", async () => {
    const { resources: before } = await create();
    const { resources } = await create({ delivery: "queue", maximumRetryAttempts: 1 });

    const differences = (one: readonly string[], other: readonly string[]) =>
      one.filter((title) => !other.includes(title));
    assert.deepEqual(differences(titles(resources), titles(before)).sort(), [
      "EventSourceMapping ingest-uploads",
      "Queue ingest-uploads",
      "QueuePolicy ingest-uploads",
      "TopicSubscription ingest-uploads",
    ]);
    assert.deepEqual(differences(titles(before), titles(resources)), [
      "FunctionEventInvokeConfig ingest",
      "Permission ingest",
      "TopicSubscription ingest",
    ]);
    const { redrivePolicy, ...queue } = inputsOf(resources, "Queue", "ingest-uploads");
    assert.deepEqual(queue, {
      name: "acme-dev-embedding-processor-uploads",
      messageRetentionSeconds: 1_209_600,
      receiveWaitTimeSeconds: 20,
      visibilityTimeoutSeconds: 1800,
      sqsManagedSseEnabled: true,
    });
    assert.equal(
      redrivePolicy,
      JSON.stringify({ deadLetterTargetArn: FAILED_ARN, maxReceiveCount: 2 }),
    );
    assert.deepEqual(inputsOf(resources, "TopicSubscription"), {
      topic: TOPIC_ARN,
      protocol: "sqs",
      endpoint: UPLOADS_ARN,
      rawMessageDelivery: true,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: UNDELIVERED_ARN }),
    });
    assert.deepEqual(inputsOf(resources, "EventSourceMapping"), {
      eventSourceArn: UPLOADS_ARN,
      functionName: "arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-embedding-processor",
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 10 },
    });
  });

  it("lets the queue invoke the alias where environments are kept ready", async () => {
    const { resources } = await create({ delivery: "queue", provisionedConcurrency: 2 });

    assert.equal(
      inputsOf(resources, "EventSourceMapping").functionName,
      "arn:aws:lambda:eu-west-1:123456789012:function:acme-dev-embedding-processor:live",
    );
  });

  it("may read what the queue has encrypted with the key that is named", async () => {
    const key = { arn: KEY_ARN, region: "eu-west-1" };
    const { resources } = await create({ delivery: "queue", key });

    assert.equal(inputsOf(resources, "Queue", "ingest-uploads").kmsMasterKeyId, KEY_ARN);
    const policy = v.parse(
      v.object({ Statement: v.array(v.looseObject({ Sid: v.string() })) }),
      policyOf(inputsOf(resources, "RolePolicy")),
    );
    assert.deepEqual(
      policy.Statement.filter(({ Sid }) => /Failed|DecryptUploads/.test(Sid)),
      [
        {
          Sid: "DecryptUploads",
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: KEY_ARN,
          Condition: {
            StringEquals: { "kms:ViaService": "sqs.eu-west-1.amazonaws.com" },
            StringLike: { "kms:EncryptionContext:aws:sqs:arn": [UPLOADS_ARN] },
          },
        },
      ],
    );
  });
});
