import assert from "node:assert/strict";
import { OPERATION_SETTINGS } from "./operation-settings.ts";
import {
  arn,
  FUNCTION,
  from,
  type Request,
  SEARCH,
  simulate,
  wideStatements,
} from "./policy-simulation.ts";
import { recordProgram } from "./recorded-program.ts";
import { KEY_ARN, REGION, type RecordedResource } from "./recording.ts";

const BUCKET = "arn:aws:s3:::acme-documents";
const TOPIC = arn("sns", "proofmark-dev-s3-file-upload-notifications");
const FAILED = arn("sqs", `${FUNCTION}-failed`);
const UNDELIVERED = arn("sqs", `${FUNCTION}-undelivered`);
const PARAMETER = arn("ssm", "parameter/proofmark/dev/supabase");
const SECRET = arn("secretsmanager", "secret:proofmark-dev-supabase-1a2b3c4-AbCdEf");
const ALARM = arn("cloudwatch", "alarm:proofmark-dev-embedding-alarms-errors");
const BUDGET = "arn:aws:budgets::123456789012:budget/proofmark-dev-embedding-processor";

/** Through a service that tells KMS what it encrypts. */
const through = (service: string, contextKey: string, value: string) => ({
  "kms:ViaService": `${service}.${REGION}.amazonaws.com`,
  [`kms:EncryptionContext:${contextKey}`]: value,
});
const forParameter = through("ssm", "PARAMETER_ARN", PARAMETER);
const forSecret = through("secretsmanager", "SecretARN", SECRET);
const forDocument = through("s3", "aws:s3:arn", `${BUCKET}/in/a.md`);
const ARTEFACTS = "arn:aws:s3:::proofmark-dev-artefacts-1a2b3c4";
const forModel = through("s3", "aws:s3:arn", `${ARTEFACTS}/models/0a/manifest.json`);
const forTopic = through("sns", "aws:sns:topicArn", TOPIC);
const forFailed = through("sqs", "aws:sqs:arn", FAILED);

const use = (
  who: Request["who"],
  action: string,
  context: Request["context"] & object,
  note: string,
  resource = KEY_ARN,
): Request => ({ who, action: `kms:${action}`, resource, context, note });

const ALLOWED: readonly Request[] = [
  use("ingest", "Decrypt", through("s3", "aws:s3:arn", BUCKET), "a document, with a bucket key"),
  use("ingest", "Decrypt", forDocument, "a document"),
  use("ingest", "Decrypt", forModel, "the model"),
  use("search", "Decrypt", forModel, "the model"),
  use("search", "Decrypt", through("s3", "aws:s3:arn", ARTEFACTS), "the model, with a bucket key"),
  use("ingest", "GenerateDataKey", forTopic, "to go on with a document"),
  use("ingest", "Decrypt", forTopic, "to go on with a document"),
  use("ingest", "GenerateDataKey", forFailed, "to keep what failed"),
  use("ingest", "Decrypt", forFailed, "to keep what failed"),
  use("s3.amazonaws.com", "GenerateDataKey", from(BUCKET), "an upload's event"),
  use("s3.amazonaws.com", "Decrypt", from(BUCKET), "an upload's event"),
  use("sns.amazonaws.com", "GenerateDataKey", from(TOPIC), "an undelivered event"),
  use("sns.amazonaws.com", "Decrypt", from(TOPIC), "an undelivered event"),
  use("cloudwatch.amazonaws.com", "GenerateDataKey", from(ALARM), "an alarm"),
  use("budgets.amazonaws.com", "GenerateDataKey", from(BUDGET), "a budget"),
];

const ANOTHER_KEY = arn("kms", "key/another");
const DENIED: readonly Request[] = [
  use("ingest", "Decrypt", forDocument, "another key", ANOTHER_KEY),
  use("ingest", "Decrypt", through("s3", "aws:s3:arn", "arn:aws:s3:::other"), "another bucket"),
  use("ingest", "Decrypt", through("s3", "aws:s3:arn", `${BUCKET}/out/a.md`), "another prefix"),
  use("ingest", "Decrypt", through("ec2", "aws:s3:arn", BUCKET), "another service"),
  use("search", "Decrypt", through("s3", "aws:s3:arn", `${ARTEFACTS}/a.zip`), "another artefact"),
  use("ingest", "GenerateDataKey", forDocument, "it writes no objects"),
  use("ingest", "GenerateDataKey", forParameter, "it writes no credentials"),
  use(
    "ingest",
    "GenerateDataKey",
    through("sns", "aws:sns:topicArn", arn("sns", "another-topic")),
    "another topic",
  ),
  use("ingest", "GenerateDataKey", through("sqs", "aws:sqs:arn", UNDELIVERED), "SNS's queue"),
  use("ingest", "Encrypt", forDocument, "Encrypt"),
  use("ingest", "ScheduleKeyDeletion", {}, "the key itself"),
  use("ingest", "PutKeyPolicy", {}, "the key itself"),
  use("search", "Decrypt", forDocument, "no business of the search"),
  use("search", "GenerateDataKey", forTopic, "no business of the search"),
  use("search", "GenerateDataKey", forFailed, "no business of the search"),
  use("s3.amazonaws.com", "GenerateDataKey", from("arn:aws:s3:::other"), "another bucket"),
  use("s3.amazonaws.com", "GenerateDataKey", from(BUCKET, "999999999999"), "another account"),
  use("s3.amazonaws.com", "PutKeyPolicy", from(BUCKET), "the key itself"),
  use("sns.amazonaws.com", "GenerateDataKey", from(arn("sns", "other")), "another topic"),
  use(
    "cloudwatch.amazonaws.com",
    "GenerateDataKey",
    from(arn("cloudwatch", "alarm:another")),
    "another alarm",
  ),
  use("cloudwatch.amazonaws.com", "Decrypt", from(ALARM, "999999999999"), "another account"),
  use(
    "budgets.amazonaws.com",
    "GenerateDataKey",
    from("arn:aws:budgets::999999999999:budget/ours", "999999999999"),
    "another account's budget",
  ),
  use("logs.eu-west-1.amazonaws.com", "Decrypt", {}, "another service"),
];

const STORES = [
  { credentialsStore: "parameter-store", mine: forParameter, others: forSecret },
  { credentialsStore: "secrets-manager", mine: forSecret, others: forParameter },
] as const;

const settings = {
  ...OPERATION_SETTINGS,
  delivery: "direct",
  buckets: '[{"name":"acme-documents","prefix":"in/","suffix":".md"}]',
};

for (const { credentialsStore, mine, others } of STORES) {
  describe(`the policies of the program, with a key of its own and credentials in ${credentialsStore}`, () => {
    let resources: readonly RecordedResource[];
    before(async () => {
      ({ resources } = await recordProgram({ ...settings, credentialsStore }));
    });

    it("allow everything of a kind only where AWS knows no single ones, or where it is the key itself", () => {
      assert.deepEqual(wideStatements(resources).sort(), [
        "proofmark-dev-embedding-key AccountDecides",
        "proofmark-dev-embedding-key AlarmsPublish",
        "proofmark-dev-embedding-key BucketsPublish",
        "proofmark-dev-embedding-key BudgetsPublish",
        "proofmark-dev-embedding-key TopicSends",
        `${FUNCTION} SeeNetwork`,
        `${FUNCTION} SendTraces`,
        `${SEARCH} SeeNetwork`,
        `${SEARCH} SendTraces`,
      ]);
    });

    it("allow each to use the key for what it does, and for nothing next to it", async () => {
      const allowed = [
        ...ALLOWED,
        use("ingest", "Decrypt", mine, "credentials"),
        use("search", "Decrypt", mine, "credentials"),
      ];
      const [contextKey = ""] = Object.keys(mine).filter((name) => name.includes("Context"));
      const denied = [
        ...DENIED,
        use("ingest", "Decrypt", others, "the other store"),
        use("search", "Decrypt", { ...mine, [contextKey]: "arn:other" }, "other credentials"),
        use("search", "Decrypt", mine, "another key", ANOTHER_KEY),
      ];

      assert.deepEqual(await simulate(resources, { allowed, denied }), []);
    });
  });
}
