import assert from "node:assert/strict";
import { keyPolicyStatements, keyUsers } from "../../infra/key-policy.ts";
import { TARGET } from "./recording.ts";

const settings = {
  projectName: "acme",
  environment: "live",
  buckets: [
    { name: "one", create: true, prefix: "in/", suffix: "" },
    { name: "two", create: false, prefix: "", suffix: "" },
    { name: "one", create: true, prefix: "more/", suffix: "" },
  ],
};
const Action = ["kms:GenerateDataKey*", "kms:Decrypt"];
const FLOW = [
  {
    Sid: "BucketsPublish",
    Effect: "Allow",
    Principal: { Service: "s3.amazonaws.com" },
    Action,
    Resource: "*",
    Condition: {
      ArnLike: { "aws:SourceArn": ["arn:aws:s3:::one", "arn:aws:s3:::two"] },
      StringEquals: { "aws:SourceAccount": "123456789012" },
    },
  },
  {
    Sid: "TopicSends",
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action,
    Resource: "*",
    Condition: {
      ArnEquals: {
        "aws:SourceArn":
          "arn:aws:sns:eu-west-1:123456789012:acme-live-s3-file-upload-notifications",
      },
    },
  },
];

describe("keyPolicyStatements", () => {
  it("let S3 publish for the buckets, and SNS keep what it could not deliver", () => {
    const users = keyUsers(settings, TARGET);

    assert.deepEqual(keyPolicyStatements(users), FLOW);
  });

  it("let CloudWatch and Budgets tell of alarms, where there are alarms", () => {
    const users = keyUsers({ ...settings, alarmEmail: "ops@example.com" }, TARGET);

    assert.deepEqual(keyPolicyStatements(users), [
      ...FLOW,
      {
        Sid: "AlarmsPublish",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action,
        Resource: "*",
        Condition: {
          ArnLike: {
            "aws:SourceArn":
              "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:acme-live-embedding-alarms-*",
          },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
      {
        Sid: "BudgetsPublish",
        Effect: "Allow",
        Principal: { Service: "budgets.amazonaws.com" },
        Action,
        Resource: "*",
        Condition: {
          ArnLike: { "aws:SourceArn": "arn:aws:budgets::123456789012:*" },
          StringEquals: { "aws:SourceAccount": "123456789012" },
        },
      },
    ]);
  });
});
