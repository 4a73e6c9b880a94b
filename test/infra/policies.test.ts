import assert from "node:assert/strict";
import { OPERATION_SETTINGS } from "./operation-settings.ts";
import {
  arn,
  FUNCTION,
  from,
  plainHttp,
  type Request,
  SEARCH,
  simulate,
  wideStatements,
} from "./policy-simulation.ts";
import { recordProgram } from "./recorded-program.ts";
import { ACCOUNT_ID, REGION, type RecordedResource } from "./recording.ts";

const TOPIC = arn("sns", "proofmark-dev-s3-file-upload-notifications");
const FAILED = arn("sqs", `${FUNCTION}-failed`);
const UNDELIVERED = arn("sqs", `${FUNCTION}-undelivered`);
const PARAMETER = arn("ssm", "parameter/proofmark/dev/supabase");
const KEY = arn("kms", "key/11111111-2222-3333-4444-555555555555");
const DOCUMENTS = "arn:aws:s3:::acme-documents";
const ARTEFACTS = "arn:aws:s3:::proofmark-dev-artefacts-1a2b3c4";
const MODEL = `${ARTEFACTS}/models/${"0a".repeat(32)}/manifest.json`;
const ALARMS = arn("sns", "proofmark-dev-embedding-alarms");
const SUBNET = arn("ec2", "subnet/subnet-0a1b");
const INTERFACE = arn("ec2", "network-interface/eni-0a1b");

const decryption = (parameter: string, alias = "alias/aws/ssm", service = "ssm") => ({
  "kms:ViaService": `${service}.${REGION}.amazonaws.com`,
  "kms:EncryptionContext:PARAMETER_ARN": parameter,
  "kms:EncryptionContextKeys": ["PARAMETER_ARN"],
  "kms:ResourceAliases": [alias],
});
/** What EC2 is told where not Lambda but the function's code uses the role. */
const fromCode = { "lambda:SourceFunctionArn": arn("lambda", `function:${FUNCTION}`) };
const alarm = (name: string) => arn("cloudwatch", `alarm:${name}`);
const logStream = (name: string) => arn("logs", `log-group:/aws/lambda/${name}:log-stream:today`);

const ALLOWED: readonly Request[] = [
  { who: "ingest", action: "s3:GetObject", resource: `${DOCUMENTS}/in/a.md` },
  { who: "ingest", action: "s3:GetObjectTagging", resource: `${DOCUMENTS}/in/a.md` },
  { who: "ingest", action: "s3:ListBucket", resource: DOCUMENTS, note: "404, not 403" },
  {
    who: "ingest",
    action: "s3:ListBucket",
    resource: DOCUMENTS,
    context: { "s3:prefix": "in/" },
    note: "prefix in/",
  },
  { who: "ingest", action: "s3:GetObject", resource: MODEL, note: "the model" },
  { who: "search", action: "s3:GetObject", resource: MODEL, note: "the model" },
  { who: "ingest", action: "ssm:GetParameter", resource: PARAMETER },
  { who: "ingest", action: "kms:Decrypt", resource: KEY, context: decryption(PARAMETER) },
  { who: "ingest", action: "logs:CreateLogStream", resource: logStream(FUNCTION) },
  { who: "ingest", action: "logs:PutLogEvents", resource: logStream(FUNCTION) },
  { who: "ingest", action: "sqs:SendMessage", resource: FAILED },
  { who: "ingest", action: "sns:Publish", resource: TOPIC, note: "to go on with a document" },
  { who: "search", action: "ssm:GetParameter", resource: PARAMETER },
  { who: "search", action: "kms:Decrypt", resource: KEY, context: decryption(PARAMETER) },
  { who: "search", action: "logs:PutLogEvents", resource: logStream(SEARCH) },
  { who: "s3.amazonaws.com", action: "sns:Publish", resource: TOPIC, context: from(DOCUMENTS) },
  {
    who: "sns.amazonaws.com",
    action: "sqs:SendMessage",
    resource: UNDELIVERED,
    context: from(TOPIC),
  },
  { who: "ingest", action: "xray:PutTraceSegments", resource: "*" },
  { who: "search", action: "xray:PutTelemetryRecords", resource: "*" },
  { who: "ingest", action: "ec2:CreateNetworkInterface", resource: SUBNET },
  {
    who: "ingest",
    action: "ec2:CreateNetworkInterface",
    resource: arn("ec2", "security-group/sg-0a1b"),
  },
  { who: "ingest", action: "ec2:CreateNetworkInterface", resource: INTERFACE },
  { who: "search", action: "ec2:CreateNetworkInterface", resource: SUBNET },
  { who: "ingest", action: "ec2:DescribeNetworkInterfaces", resource: "*" },
  { who: "ingest", action: "ec2:DescribeSubnets", resource: "*" },
  { who: "ingest", action: "ec2:DeleteNetworkInterface", resource: INTERFACE },
  {
    who: "ingest",
    action: "ec2:AssignPrivateIpAddresses",
    resource: INTERFACE,
    context: { "ec2:Subnet": SUBNET },
  },
  {
    who: "cloudwatch.amazonaws.com",
    action: "sns:Publish",
    resource: ALARMS,
    context: from(alarm("proofmark-dev-embedding-alarms-errors")),
  },
  {
    who: "budgets.amazonaws.com",
    action: "sns:Publish",
    resource: ALARMS,
    context: from(`arn:aws:budgets::${ACCOUNT_ID}:budget/proofmark-dev-embedding-processor`),
  },
];

const DENIED: readonly Request[] = [
  {
    who: "ingest",
    action: "s3:GetObject",
    resource: `${DOCUMENTS}/out/a.md`,
    note: "another prefix",
  },
  {
    who: "ingest",
    action: "s3:GetObject",
    resource: `${DOCUMENTS}/in/a.pdf`,
    note: "another suffix",
  },
  {
    who: "ingest",
    action: "s3:GetObject",
    resource: "arn:aws:s3:::other/in/a.md",
    note: "another bucket",
  },
  {
    who: "ingest",
    action: "s3:GetObject",
    resource: `${DOCUMENTS}/in/a.md`,
    context: plainHttp,
    note: "plain HTTP",
  },
  {
    who: "ingest",
    action: "s3:GetObject",
    resource: `${ARTEFACTS}/proofmark-dev-dependencies-0a.zip`,
    note: "another artefact",
  },
  {
    who: "search",
    action: "s3:GetObject",
    resource: `${ARTEFACTS}/proofmark-dev-dependencies-0a.zip`,
    note: "another artefact",
  },
  {
    who: "ingest",
    action: "s3:GetObject",
    resource: MODEL,
    context: plainHttp,
    note: "plain HTTP",
  },
  { who: "ingest", action: "s3:PutObject", resource: MODEL },
  { who: "ingest", action: "s3:ListBucket", resource: ARTEFACTS },
  { who: "ingest", action: "s3:GetObjectVersion", resource: `${DOCUMENTS}/in/a.md` },
  { who: "ingest", action: "s3:GetObjectTagging", resource: `${DOCUMENTS}/out/a.md` },
  { who: "ingest", action: "s3:PutObjectTagging", resource: `${DOCUMENTS}/in/a.md` },
  { who: "ingest", action: "s3:PutObject", resource: `${DOCUMENTS}/in/a.md` },
  { who: "ingest", action: "s3:DeleteObject", resource: `${DOCUMENTS}/in/a.md` },
  { who: "ingest", action: "s3:PutBucketPolicy", resource: DOCUMENTS },
  {
    who: "ingest",
    action: "s3:ListBucket",
    resource: DOCUMENTS,
    context: { "s3:prefix": "out/" },
    note: "prefix out/",
  },
  {
    who: "ingest",
    action: "s3:ListBucket",
    resource: "arn:aws:s3:::other",
    note: "another bucket",
  },
  {
    who: "ingest",
    action: "ssm:GetParameter",
    resource: arn("ssm", "parameter/proofmark/live/supabase"),
  },
  {
    who: "ingest",
    action: "ssm:GetParametersByPath",
    resource: arn("ssm", "parameter/proofmark/dev"),
  },
  { who: "ingest", action: "ssm:PutParameter", resource: PARAMETER },
  {
    who: "ingest",
    action: "kms:Decrypt",
    resource: KEY,
    context: decryption(arn("ssm", "parameter/proofmark/live/supabase")),
    note: "for another parameter",
  },
  {
    who: "ingest",
    action: "kms:Decrypt",
    resource: KEY,
    context: decryption(PARAMETER, "alias/payroll"),
    note: "another key",
  },
  {
    who: "ingest",
    action: "kms:Decrypt",
    resource: KEY,
    context: decryption(PARAMETER, "alias/aws/ssm", "secretsmanager"),
    note: "not by SSM",
  },
  { who: "ingest", action: "kms:Encrypt", resource: KEY, context: decryption(PARAMETER) },
  {
    who: "ingest",
    action: "logs:PutLogEvents",
    resource: logStream(SEARCH),
    note: "another log group",
  },
  {
    who: "ingest",
    action: "logs:CreateLogGroup",
    resource: arn("logs", `log-group:/aws/lambda/${FUNCTION}`),
  },
  { who: "ingest", action: "sqs:SendMessage", resource: UNDELIVERED, note: "SNS's queue" },
  { who: "ingest", action: "sqs:ReceiveMessage", resource: FAILED },
  {
    who: "ingest",
    action: "sqs:SendMessage",
    resource: FAILED,
    context: plainHttp,
    note: "plain HTTP",
  },
  {
    who: "ingest",
    action: "sns:Publish",
    resource: TOPIC,
    context: plainHttp,
    note: "plain HTTP",
  },
  { who: "ingest", action: "sns:Publish", resource: arn("sns", "another-topic") },
  { who: "ingest", action: "sns:Subscribe", resource: TOPIC },
  {
    who: "ingest",
    action: "lambda:InvokeFunction",
    resource: arn("lambda", `function:${FUNCTION}`),
  },
  { who: "search", action: "s3:GetObject", resource: `${DOCUMENTS}/in/a.md` },
  { who: "search", action: "s3:ListBucket", resource: DOCUMENTS },
  { who: "search", action: "sqs:SendMessage", resource: FAILED },
  { who: "search", action: "sns:Publish", resource: TOPIC },
  {
    who: "search",
    action: "logs:PutLogEvents",
    resource: logStream(FUNCTION),
    note: "another log group",
  },
  {
    who: "s3.amazonaws.com",
    action: "sns:Publish",
    resource: TOPIC,
    context: from("arn:aws:s3:::other"),
    note: "another bucket",
  },
  {
    who: "s3.amazonaws.com",
    action: "sns:Publish",
    resource: TOPIC,
    context: from(DOCUMENTS, "999999999999"),
    note: "another account's bucket",
  },
  {
    who: "s3.amazonaws.com",
    action: "sns:Publish",
    resource: TOPIC,
    context: { ...from(DOCUMENTS), ...plainHttp },
    note: "plain HTTP",
  },
  {
    who: "cloudwatch.amazonaws.com",
    action: "sns:Publish",
    resource: TOPIC,
    context: from(DOCUMENTS),
    note: "another service",
  },
  {
    who: "sns.amazonaws.com",
    action: "sqs:SendMessage",
    resource: UNDELIVERED,
    context: from(arn("sns", "another-topic")),
    note: "another topic",
  },
  {
    who: "sns.amazonaws.com",
    action: "sqs:SendMessage",
    resource: FAILED,
    context: from(TOPIC),
    note: "the function's queue",
  },
  { who: "ingest", action: "xray:GetTraceSummaries", resource: "*" },
  {
    who: "ingest",
    action: "ec2:CreateNetworkInterface",
    resource: arn("ec2", "subnet/subnet-9f9f"),
    note: "another subnet",
  },
  {
    who: "ingest",
    action: "ec2:CreateNetworkInterface",
    resource: arn("ec2", "security-group/sg-9f9f"),
    note: "another security group",
  },
  {
    who: "ingest",
    action: "ec2:AssignPrivateIpAddresses",
    resource: INTERFACE,
    context: { "ec2:Subnet": arn("ec2", "subnet/subnet-9f9f") },
    note: "in another subnet",
  },
  {
    who: "ingest",
    action: "ec2:CreateNetworkInterface",
    resource: SUBNET,
    context: fromCode,
    note: "the function's own code",
  },
  {
    who: "ingest",
    action: "ec2:DeleteNetworkInterface",
    resource: INTERFACE,
    context: fromCode,
    note: "the function's own code",
  },
  {
    who: "ingest",
    action: "ec2:DescribeNetworkInterfaces",
    resource: "*",
    context: fromCode,
    note: "the function's own code",
  },
  { who: "ingest", action: "ec2:AttachNetworkInterface", resource: INTERFACE },
  { who: "ingest", action: "ec2:DescribeInstances", resource: "*" },
  {
    who: "ingest",
    action: "ec2:AuthorizeSecurityGroupIngress",
    resource: arn("ec2", "security-group/sg-0a1b"),
  },
  { who: "ingest", action: "sns:Publish", resource: ALARMS },
  {
    who: "cloudwatch.amazonaws.com",
    action: "sns:Publish",
    resource: ALARMS,
    context: from(alarm("another-alarm")),
    note: "another alarm",
  },
  {
    who: "cloudwatch.amazonaws.com",
    action: "sns:Publish",
    resource: ALARMS,
    context: from(alarm("proofmark-dev-embedding-alarms-errors"), "999999999999"),
    note: "another account",
  },
  {
    who: "budgets.amazonaws.com",
    action: "sns:Publish",
    resource: ALARMS,
    context: from("arn:aws:budgets::999999999999:budget/ours", "999999999999"),
    note: "another account's budget",
  },
  {
    who: "cloudwatch.amazonaws.com",
    action: "sns:Publish",
    resource: ALARMS,
    context: { ...from(alarm("proofmark-dev-embedding-alarms-errors")), ...plainHttp },
    note: "plain HTTP",
  },
];

const UPLOADS = arn("sqs", `${FUNCTION}-uploads`);

/** What is otherwise where a queue delivers the uploads. */
const QUEUE_ALLOWED: readonly Request[] = [
  { who: "ingest", action: "sqs:ReceiveMessage", resource: UPLOADS },
  { who: "ingest", action: "sqs:DeleteMessage", resource: UPLOADS },
  { who: "ingest", action: "sqs:GetQueueAttributes", resource: UPLOADS },
  { who: "ingest", action: "sns:Publish", resource: TOPIC, note: "to go on with a document" },
  { who: "sns.amazonaws.com", action: "sqs:SendMessage", resource: UPLOADS, context: from(TOPIC) },
  {
    who: "sns.amazonaws.com",
    action: "sqs:SendMessage",
    resource: UNDELIVERED,
    context: from(TOPIC),
  },
];

const QUEUE_DENIED: readonly Request[] = [
  { who: "ingest", action: "sqs:SendMessage", resource: UPLOADS },
  { who: "ingest", action: "sqs:PurgeQueue", resource: UPLOADS },
  { who: "ingest", action: "sqs:ReceiveMessage", resource: arn("sqs", "another-queue") },
  { who: "ingest", action: "sqs:ReceiveMessage", resource: FAILED },
  { who: "ingest", action: "sqs:SendMessage", resource: FAILED, note: "SQS itself moves them" },
  {
    who: "ingest",
    action: "sqs:ReceiveMessage",
    resource: UPLOADS,
    context: plainHttp,
    note: "plain HTTP",
  },
  { who: "search", action: "sqs:ReceiveMessage", resource: UPLOADS },
  {
    who: "sns.amazonaws.com",
    action: "sqs:SendMessage",
    resource: UPLOADS,
    context: from(arn("sns", "another-topic")),
    note: "another topic",
  },
  {
    who: "s3.amazonaws.com",
    action: "sqs:SendMessage",
    resource: UPLOADS,
    context: from(DOCUMENTS),
    note: "past the topic",
  },
];

describe("the policies of the program", () => {
  let resources: readonly RecordedResource[];
  before(async () => {
    ({ resources } = await recordProgram({
      ...OPERATION_SETTINGS,
      kmsKey: "",
      delivery: "direct",
      buckets: '[{"name":"acme-documents","prefix":"in/","suffix":".md"}]',
    }));
  });

  it("allow everything of a kind only where AWS knows no single ones", () => {
    assert.deepEqual(wideStatements(resources), [
      `${FUNCTION} SendTraces`,
      `${FUNCTION} SeeNetwork`,
      `${SEARCH} SendTraces`,
      `${SEARCH} SeeNetwork`,
    ]);
  });

  it("allow what the flow needs, and nothing next to it", async () => {
    assert.deepEqual(await simulate(resources, { allowed: ALLOWED, denied: DENIED }), []);
  });

  it("allow what a queue needs where one delivers the uploads, and nothing next to it", async () => {
    const { resources } = await recordProgram({ delivery: "queue" });

    const expected = { allowed: QUEUE_ALLOWED, denied: QUEUE_DENIED };
    assert.deepEqual(await simulate(resources, expected), []);
    assert.deepEqual(wideStatements(resources), []);
  });
});
