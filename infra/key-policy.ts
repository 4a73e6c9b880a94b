/** Takes a stack's names and gives the statements of a KMS key's policy that let AWS's services encrypt with it for the stack. */
import type * as aws from "@pulumi/aws";
import { alarmPublishers } from "./alarms.ts";
import type { DeploymentTarget } from "./deployment-target.ts";
import { resourceNames } from "./names.ts";
import { uploadTopicArn } from "./upload-topic.ts";

export interface KeyUsers {
  readonly bucketNames: readonly string[];
  readonly topicName: string;
  /** Of the alarms; undefined where there are none. */
  readonly alarmsTopicName: string | undefined;
  readonly target: DeploymentTarget;
}

/** Those of a stack, by its settings. */
export function keyUsers(
  settings: {
    readonly projectName: string;
    readonly environment: string;
    readonly buckets: readonly { readonly name: string }[];
    readonly alarmEmail?: string | undefined;
  },
  target: DeploymentTarget,
): KeyUsers {
  const names = resourceNames(settings);
  return {
    bucketNames: [...new Set(settings.buckets.map(({ name }) => name))],
    topicName: names.topic,
    alarmsTopicName: settings.alarmEmail === undefined ? undefined : names.alarms,
    target,
  };
}

/**
 * For what the services do by themselves. What the functions and people do, their own policies say; a key's policy
 * has to leave that to IAM, as {@link accountStatement} does.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export function keyPolicyStatements({
  bucketNames,
  topicName,
  alarmsTopicName,
  target,
}: KeyUsers): aws.iam.PolicyStatement[] {
  const bucketArns = bucketNames.map((name) => `arn:${target.partition}:s3:::${name}`);
  return [
    encryptStatement("BucketsPublish", "s3.amazonaws.com", {
      ArnLike: { "aws:SourceArn": bucketArns },
      StringEquals: { "aws:SourceAccount": target.accountId },
    }),
    // Into the queues: https://docs.aws.amazon.com/sns/latest/dg/sns-enable-encryption-for-topic-sqs-queue-subscriptions.html
    encryptStatement("TopicSends", "sns.amazonaws.com", {
      ArnEquals: { "aws:SourceArn": uploadTopicArn(topicName, target) },
    }),
    ...(alarmsTopicName === undefined
      ? []
      : alarmPublishers(alarmsTopicName, target).map(({ Sid, service, condition }) =>
          encryptStatement(Sid, service, condition),
        )),
  ];
}

/**
 * Lets the account's own IAM policies decide, those of its administrators too: without it a key could become one
 * that nobody may change. https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function accountStatement({
  accountId,
  partition,
}: Pick<DeploymentTarget, "accountId" | "partition">): aws.iam.PolicyStatement {
  return {
    Sid: "AccountDecides",
    Effect: "Allow",
    Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
    Action: "kms:*",
    Resource: THIS_KEY,
  };
}

/** In a key's policy this is the key itself: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html */
const THIS_KEY = "*";

/** Decrypt too: a service checks the data key that it was given, and uses one again for some minutes. */
function encryptStatement(
  Sid: string,
  service: string,
  Condition: aws.iam.PolicyStatement["Condition"],
): aws.iam.PolicyStatement {
  return {
    Sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
    Resource: THIS_KEY,
    Condition,
  };
}
