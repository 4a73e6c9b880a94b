import assert from "node:assert/strict";
import { Alarms, type AlarmsArgs, alarmTopicPolicy } from "../../infra/alarms.ts";
import { inputsOf, KEY_ARN, policyOf, record, TARGET, titles } from "./recording.ts";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:acme-dev-embedding-alarms";

const create = (changes: Partial<AlarmsArgs> = {}) =>
  record(
    () =>
      new Alarms("alarms", {
        stack: "dev",
        functionName: "acme-dev-embedding-processor",
        timeoutSeconds: 300,
        memoryMegabytes: 3008,
        delivery: "direct",
        topicName: "acme-dev-embedding-alarms",
        email: "ops@example.com",
        budgetName: "acme-dev-embedding-processor",
        budgetUsd: 0,
        target: TARGET,
        ...changes,
      }),
  );

describe("Alarms", () => {
  it("has a topic that is encrypted where a key is named, and else is not", async () => {
    const { resources } = await create();
    const { resources: encrypted } = await create({ kmsKeyArn: KEY_ARN });

    const name = "acme-dev-embedding-alarms";
    assert.deepEqual(inputsOf(resources, "Topic"), { name });
    assert.deepEqual(inputsOf(encrypted, "Topic"), { name, kmsMasterKeyId: KEY_ARN });
  });

  it("makes a topic, its subscription and eight alarms, and nothing else", async () => {
    const { resources } = await create();

    assert.deepEqual(titles(resources), [
      "MetricAlarm acme-dev-embedding-alarms-duration-near-the-time-out",
      "MetricAlarm acme-dev-embedding-alarms-errors",
      "MetricAlarm acme-dev-embedding-alarms-failed-events",
      "MetricAlarm acme-dev-embedding-alarms-memory-near-the-limit",
      "MetricAlarm acme-dev-embedding-alarms-no-credentials",
      "MetricAlarm acme-dev-embedding-alarms-rejected-documents",
      "MetricAlarm acme-dev-embedding-alarms-throttles",
      "MetricAlarm acme-dev-embedding-alarms-undelivered-events",
      "Topic alarms",
      "TopicPolicy alarms",
      "TopicSubscription alarms",
    ]);
    assert.deepEqual(inputsOf(resources, "TopicSubscription"), {
      topic: TOPIC_ARN,
      protocol: "email",
      endpoint: "ops@example.com",
    });
    for (const { type, inputs } of resources) {
      if (type.endsWith(":MetricAlarm")) assert.deepEqual(inputs.alarmActions, [TOPIC_ARN]);
    }
  });

  it("lets its own alarms and the account's budgets publish, over TLS", async () => {
    const { resources } = await create();

    const policy = policyOf(inputsOf(resources, "TopicPolicy"));
    assert.deepEqual(policy, alarmTopicPolicy(TOPIC_ARN, "acme-dev-embedding-alarms", TARGET));
    assert.deepEqual(policy, {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AlarmsPublish",
          Effect: "Allow",
          Principal: { Service: "cloudwatch.amazonaws.com" },
          Action: "sns:Publish",
          Resource: TOPIC_ARN,
          Condition: {
            ArnLike: {
              "aws:SourceArn":
                "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:acme-dev-embedding-alarms-*",
            },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
        {
          Sid: "BudgetsPublish",
          Effect: "Allow",
          Principal: { Service: "budgets.amazonaws.com" },
          Action: "sns:Publish",
          Resource: TOPIC_ARN,
          Condition: {
            ArnLike: { "aws:SourceArn": "arn:aws:budgets::123456789012:*" },
            StringEquals: { "aws:SourceAccount": "123456789012" },
          },
        },
        {
          Sid: "DenyPlainHttp",
          Effect: "Deny",
          Principal: "*",
          Action: "sns:Publish",
          Resource: TOPIC_ARN,
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  it("adds a budget of the account, with alerts at 80 % actual and 100 % forecast", async () => {
    const { resources: before } = await create();
    const { resources } = await create({ budgetUsd: 50 });

    assert.equal(resources.length, before.length + 1);
    const notification = {
      comparisonOperator: "GREATER_THAN",
      thresholdType: "PERCENTAGE",
      subscriberSnsTopicArns: [TOPIC_ARN],
    };
    assert.deepEqual(inputsOf(resources, "Budget"), {
      name: "acme-dev-embedding-processor",
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "50",
      limitUnit: "USD",
      notifications: [
        { notificationType: "ACTUAL", threshold: 80, ...notification },
        { notificationType: "FORECASTED", threshold: 100, ...notification },
      ],
    });
  });
});
