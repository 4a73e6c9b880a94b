import assert from "node:assert/strict";
import { UploadTopic, uploadTopicArn } from "../../infra/upload-topic.ts";
import { inputsOf, KEY_ARN, policyOf, record, resolved, TARGET, titles } from "./recording.ts";

const ARN = "arn:aws:sns:eu-west-1:123456789012:acme-dev-uploads";

describe("UploadTopic", () => {
  const create = (kmsKeyArn?: string) =>
    new UploadTopic("uploads", {
      kmsKeyArn,
      topicName: "acme-dev-uploads",
      bucketArns: ["arn:aws:s3:::one", "arn:aws:s3:::two"],
      accountId: "123456789012",
    });

  it("lets S3 publish for these buckets of this account, over TLS", async () => {
    const { resources } = await record(() => create());

    assert.deepEqual(titles(resources), ["Topic uploads", "TopicPolicy uploads"]);
    assert.equal(inputsOf(resources, "TopicPolicy").arn, ARN);
    assert.deepEqual(policyOf(inputsOf(resources, "TopicPolicy")), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DocumentBucketsPublish",
          Effect: "Allow",
          Principal: { Service: "s3.amazonaws.com" },
          Action: "sns:Publish",
          Resource: ARN,
          Condition: {
            ArnLike: { "aws:SourceArn": ["arn:aws:s3:::one", "arn:aws:s3:::two"] },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
        {
          Sid: "DenyPlainHttp",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: ARN,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  it("has no key that S3 could not use", async () => {
    const { resources } = await record(() => create());

    assert.deepEqual(inputsOf(resources, "Topic"), { name: "acme-dev-uploads" });
  });

  it("is encrypted with the key that is named", async () => {
    const { resources } = await record(() => create(KEY_ARN));

    assert.deepEqual(inputsOf(resources, "Topic"), {
      name: "acme-dev-uploads",
      kmsMasterKeyId: KEY_ARN,
    });
  });

  it("has the ARN that is foretold from its name", async () => {
    const { result } = await record(() => create());

    assert.equal(uploadTopicArn("acme-dev-uploads", TARGET), ARN);
    assert.equal(await resolved(result.arn), ARN);
  });
});
