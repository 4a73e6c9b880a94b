/** The whole deployment: from S3 upload to a row in Supabase, in the order of the flow. */
import { S3Client } from "@aws-sdk/client-s3";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Alarms, alarmArns } from "./infra/alarms.ts";
import { buildArtefacts } from "./infra/artefacts.ts";
import { Dashboard } from "./infra/dashboard.ts";
import { readDeploymentTarget } from "./infra/deployment-target.ts";
import { DocumentBuckets, documentStatements } from "./infra/document-buckets.ts";
import type { FunctionBase } from "./infra/embedding-function.ts";
import { provideKey } from "./infra/encryption-key.ts";
import { functionEnvironment } from "./infra/function-environment.ts";
import { IngestFunction } from "./infra/ingest-function.ts";
import { readKeptNotifications } from "./infra/kept-notifications.ts";
import { keyUsers } from "./infra/key-policy.ts";
import { Layers } from "./infra/layers.ts";
import { ModelInS3 } from "./infra/model-in-s3.ts";
import { resourceNames } from "./infra/names.ts";
import { createNotificationReader } from "./infra/notification-reader.ts";
import { S3GatewayEndpoint } from "./infra/s3-gateway-endpoint.ts";
import { SearchFunction } from "./infra/search-function.ts";
import { readSettings } from "./infra/settings.ts";
import { storeCredentials } from "./infra/stored-credentials.ts";
import { UploadNotifications } from "./infra/upload-notifications.ts";
import { UploadTopic, uploadTopicArn } from "./infra/upload-topic.ts";

const settings = readSettings();
const names = resourceNames(settings);
const target = await readDeploymentTarget();
const artefacts = await buildArtefacts("dist", settings);

const key = provideKey(names.encryptionKey, settings.kmsKey, keyUsers(settings, target));
const credentials = storeCredentials({
  credentialsStore: settings.credentialsStore,
  supabaseUrl: settings.supabaseUrl,
  supabaseServiceKey: settings.supabaseServiceKey,
  parameterName: settings.ssmParameterName,
  secretName: names.credentialsSecret,
  target,
  key,
});

const layers = new Layers(names.artefactsBucket, {
  architecture: settings.architecture,
  layers: [
    { layerName: names.dependenciesLayer, zip: artefacts.dependenciesLayer },
    ...(artefacts.modelLayer ? [{ layerName: names.model, zip: artefacts.modelLayer }] : []),
  ],
  kmsKeyArn: key?.arn,
});
const model =
  artefacts.modelObjects &&
  new ModelInS3(names.model, { bucket: layers.bucket, model: artefacts.modelObjects, key });
const readModel = model?.statements ?? [];

const kept = await readKeptNotifications({
  buckets: settings.buckets,
  topicArn: uploadTopicArn(names.topic, target),
  readNotifications: createNotificationReader(
    new S3Client({
      region: target.region,
      ...(aws.config.profile && { profile: aws.config.profile }),
    }),
  ),
});
const { buckets } = new DocumentBuckets("document-buckets", {
  buckets: settings.buckets,
  partition: target.partition,
  kmsKeyArn: key?.arn,
});
const topic = new UploadTopic(names.topic, {
  topicName: names.topic,
  bucketArns: buckets.map(({ arn }) => arn),
  accountId: target.accountId,
  kmsKeyArn: key?.arn,
});

const base: FunctionBase = {
  codePath: artefacts.functionZip.path,
  layerArns: layers.arns,
  environment: functionEnvironment({ ...settings, credentials: credentials.location, model }),
  after: credentials.resources,
  architecture: settings.architecture,
  memoryMegabytes: settings.memoryMegabytes,
  logRetentionDays: settings.logRetentionDays,
  ephemeralStorageMegabytes: Math.max(
    settings.ephemeralStorageMegabytes,
    model?.storageMegabytes ?? 0,
  ),
  tracing: settings.tracing,
  network: settings.vpc && { ...settings.vpc, target },
};
const ingest = new IngestFunction(names.ingestFunction, {
  ...base,
  functionName: names.ingestFunction,
  timeoutSeconds: settings.timeoutSeconds,
  statements: [...documentStatements(buckets, key), ...credentials.statements, ...readModel],
  topicArn: topic.arn,
  reservedConcurrency: settings.reservedConcurrency,
  provisionedConcurrency: settings.provisionedConcurrency,
  delivery: settings.delivery,
  maximumConcurrency: settings.maximumConcurrency,
  maximumEventAgeSeconds: settings.maximumEventAgeSeconds,
  maximumRetryAttempts: settings.maximumRetryAttempts,
  key,
});
const search = settings.search
  ? new SearchFunction(names.searchFunction, {
      ...base,
      functionName: names.searchFunction,
      statements: [...credentials.statements, ...readModel],
      withUrl: settings.searchUrl,
    })
  : undefined;

new UploadNotifications(names.topic, {
  buckets,
  topicArn: topic.arn,
  kept,
  // S3 checks the policy, and what it publishes to a topic without a subscriber is lost.
  after: [topic.policy, ...ingest.delivery],
});

if (settings.vpc?.s3GatewayEndpoint) {
  new S3GatewayEndpoint(names.s3Endpoint, {
    vpcId: ingest.vpcId,
    region: target.region,
    routeTableIds: settings.vpc.s3GatewayEndpoint.routeTableIds,
  });
}
const alarmed = {
  stack: pulumi.getStack(),
  functionName: names.ingestFunction,
  timeoutSeconds: settings.timeoutSeconds,
  memoryMegabytes: settings.memoryMegabytes,
  delivery: settings.delivery,
};
if (settings.alarmEmail) {
  new Alarms(names.alarms, {
    ...alarmed,
    topicName: names.alarms,
    email: settings.alarmEmail,
    budgetName: names.budget,
    budgetUsd: settings.budgetUsd,
    target,
    kmsKeyArn: key?.arn,
  });
}
if (settings.dashboard) {
  new Dashboard(names.dashboard, {
    ...alarmed,
    dashboardName: names.dashboard,
    region: target.region,
    topicName: names.topic,
    searchFunctionName: settings.search ? names.searchFunction : undefined,
    alarmArns: settings.alarmEmail ? alarmArns(names.alarms, alarmed, target) : [],
    architecture: settings.architecture,
  });
}

export const bucketNames = buckets.map(({ bucketName }) => bucketName);
export const topicArn = topic.arn;
export const functionName = ingest.functionName;
export const failedQueueUrl = ingest.failedQueueUrl;
export const undeliveredQueueUrl = ingest.undeliveredQueueUrl;
export const logGroup = ingest.logGroupName;
// Null, not absent, where there is none: Pulumi warns of an output without a value.
export const searchFunctionName = search?.functionName ?? null;
export const searchUrl = search?.url ?? null;
export const uploadCommand = `aws s3 cp samples s3://${settings.buckets[0].name}/${settings.buckets[0].prefix} --recursive`;
export const logsCommand = pulumi.interpolate`aws logs tail ${logGroup} --follow --region ${target.region}`;
export const searchCommand = search
  ? `npm run search -- --stack ${pulumi.getStack()} "your question"`
  : null;
