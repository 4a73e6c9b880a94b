import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { alarmDefinitions } from "../../infra/alarm-definitions.ts";

const alarmed = {
  stack: "live",
  functionName: "acme-live-embedding-processor",
  timeoutSeconds: 300,
  memoryMegabytes: 2000,
} as const;
const definitions = alarmDefinitions({ ...alarmed, delivery: "direct" });
const queueDefinitions = alarmDefinitions({ ...alarmed, delivery: "queue" });

describe("alarmDefinitions", () => {
  it("watches what a production checklist asks for, in the order of the flow", () => {
    const function_ = "AWS/Lambda acme-live-embedding-processor";
    const service = "EmbeddingProcessor acme-live-embedding-processor";

    assert.deepEqual(
      definitions.map(({ title, alarm }) => [
        title,
        `${alarm.namespace} ${Object.values(alarm.dimensions ?? {})}`,
        alarm.statistic,
        alarm.metricName,
        alarm.threshold,
        `${alarm.datapointsToAlarm} of ${alarm.evaluationPeriods}`,
      ]),
      [
        [
          "Undelivered events",
          "AWS/SQS acme-live-embedding-processor-undelivered",
          "Maximum",
          "ApproximateNumberOfMessagesVisible",
          1,
          "1 of 1",
        ],
        ["Throttles", function_, "Sum", "Throttles", 1, "3 of 3"],
        ["Errors", function_, "Sum", "Errors", 1, "2 of 3"],
        ["No credentials", service, "Sum", "CredentialsFailed", 1, "1 of 1"],
        ["Duration near the time-out", function_, "Maximum", "Duration", 270_000, "1 of 1"],
        ["Memory near the limit", service, "Maximum", "MemoryUsed", 1800, "1 of 1"],
        ["Rejected documents", "undefined ", undefined, undefined, 10, "1 of 1"],
        [
          "Failed events",
          "AWS/SQS acme-live-embedding-processor-failed",
          "Maximum",
          "ApproximateNumberOfMessagesVisible",
          1,
          "1 of 1",
        ],
      ],
    );
  });

  it("watches how long uploads wait, where a queue delivers them", () => {
    const [added, ...others] = queueDefinitions.filter(
      ({ title }) => !definitions.some((other) => other.title === title),
    );

    assert.equal(queueDefinitions.length, definitions.length + 1);
    assert.deepEqual(others, []);
    assert.deepEqual(added?.alarm.dimensions, {
      QueueName: "acme-live-embedding-processor-uploads",
    });
    assert.equal(added?.alarm.metricName, "ApproximateAgeOfOldestMessage");
    assert.equal(added?.alarm.threshold, 3600);
  });

  it("alarms at a share of rejected documents, once there are enough of them to have one", () => {
    const rejected = definitions.find(({ title }) => title === "Rejected documents");

    assert.deepEqual(rejected?.alarm.metricQueries, [
      {
        id: "share",
        label: "Rejected, percent",
        expression:
          "IF(FILL(rejected, 0) + FILL(embedded, 0) + FILL(unchanged, 0) >= 10, " +
          "100 * FILL(rejected, 0) / (FILL(rejected, 0) + FILL(embedded, 0) + FILL(unchanged, 0)), 0)",
        returnData: true,
      },
      ...["Rejected", "Embedded", "Unchanged"].map((outcome) => ({
        id: outcome.toLowerCase(),
        returnData: false,
        metric: {
          namespace: "EmbeddingProcessor",
          metricName: `Documents${outcome}`,
          dimensions: { service: "acme-live-embedding-processor" },
          period: 3600,
          stat: "Sum",
        },
      })),
    ]);
  });

  it("stays quiet while nothing is uploaded, and alarms at the threshold itself", () => {
    for (const { title, alarm } of definitions) {
      assert.equal(alarm.treatMissingData, "notBreaching", title);
      assert.equal(alarm.comparisonOperator, "GreaterThanOrEqualToThreshold", title);
    }
  });

  it("says of each what to run, for this stack, and where the runbook is", () => {
    const runbook = readFileSync("docs/operations.md", "utf8");

    for (const { title, alarm } of queueDefinitions) {
      const description = String(alarm.alarmDescription);
      const command = /Run `([^`]+)`\./.exec(description)?.[1] ?? "";
      assert.match(command, /^(npm run|pulumi|aws) .*(--stack live|acme-live)/, title);
      assert.ok(description.endsWith(`More: docs/operations.md, ${title}.`));
      assert.ok(runbook.includes(`\n### ${title}\n`), title);
      // CloudWatch's limit.
      assert.ok(description.length <= 1024);
    }
  });
});
