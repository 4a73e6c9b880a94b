import assert from "node:assert/strict";
import { DeadLetterQueue } from "../../infra/dead-letter-queue.ts";
import { inputsOf, KEY_ARN, policyOf, record, titles } from "./recording.ts";

const QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:acme-dev-failed";
const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:acme-dev-uploads";

const denyPlainHttp = {
  Sid: "DenyPlainHttp",
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: QUEUE_ARN,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

describe("DeadLetterQueue", () => {
  it("keeps messages encrypted for 14 days and takes none over plain HTTP", async () => {
    const { resources } = await record(
      () => new DeadLetterQueue("failed", { queueName: "acme-dev-failed" }),
    );

    assert.deepEqual(titles(resources), ["Queue failed", "QueuePolicy failed"]);
    assert.deepEqual(inputsOf(resources, "Queue"), {
      name: "acme-dev-failed",
      messageRetentionSeconds: 1_209_600,
      sqsManagedSseEnabled: true,
    });
    assert.deepEqual(policyOf(inputsOf(resources, "QueuePolicy")), {
      Version: "2012-10-17",
      Statement: [denyPlainHttp],
    });
  });

  it("lets SNS send for its one topic", async () => {
    const { resources } = await record(
      () => new DeadLetterQueue("failed", { queueName: "acme-dev-failed", topicArn: TOPIC_ARN }),
    );

    assert.deepEqual(policyOf(inputsOf(resources, "QueuePolicy")), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "TopicSends",
          Effect: "Allow",
          Principal: { Service: "sns.amazonaws.com" },
          Action: "sqs:SendMessage",
          Resource: QUEUE_ARN,
          Condition: { ArnEquals: { "aws:SourceArn": TOPIC_ARN } },
        },
        denyPlainHttp,
      ],
    });
  });

  it("is encrypted with the key that is named, in place of SQS's own", async () => {
    const { resources } = await record(
      () => new DeadLetterQueue("failed", { queueName: "acme-dev-failed", kmsKeyArn: KEY_ARN }),
    );

    assert.deepEqual(inputsOf(resources, "Queue"), {
      name: "acme-dev-failed",
      messageRetentionSeconds: 1_209_600,
      kmsMasterKeyId: KEY_ARN,
    });
  });
});
