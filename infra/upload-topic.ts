/** Takes the document buckets and gives the topic that they, and nobody else, publish their events to. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "./deployment-target.ts";

export interface UploadTopicArgs {
  readonly topicName: string;
  readonly bucketArns: readonly pulumi.Input<string>[];
  readonly accountId: string;
  /** A customer-managed key whose policy lets S3 use it; without one the topic is not encrypted. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** The topic of S3's events, with the policy that lets these buckets publish. */
export class UploadTopic extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** S3 checks that it may publish when it is told of the topic: notifications wait for this. */
  readonly policy: pulumi.Resource;

  constructor(name: string, args: UploadTopicArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:UploadTopic", name, {}, options);
    // Not encrypted with alias/aws/sns: that key's policy cannot be changed to let S3 use it, and
    // S3's events would be lost without a word. The messages name buckets and keys, no content.
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    const topic = new aws.sns.Topic(
      name,
      { name: args.topicName, ...(args.kmsKeyArn && { kmsMasterKeyId: args.kmsKeyArn }) },
      { parent: this },
    );
    this.policy = new aws.sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: pulumi.jsonStringify(uploadTopicPolicy(topic.arn, args)) },
      { parent: this },
    );
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/** The topic's ARN before the topic is there, to tell it in what a bucket already notifies. */
export function uploadTopicArn(
  topicName: string,
  { accountId, region, partition }: DeploymentTarget,
): string {
  return `arn:${partition}:sns:${region}:${accountId}:${topicName}`;
}

/**
 * Lets S3 publish for these buckets of this account. A bucket's ARN has no account in it, and a
 * deleted bucket's name can be taken by another account, so both are checked.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 */
export function uploadTopicPolicy(
  topicArn: pulumi.Input<string>,
  { bucketArns, accountId }: Pick<UploadTopicArgs, "bucketArns" | "accountId">,
): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DocumentBucketsPublish",
        Effect: "Allow",
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: {
          ArnLike: { "aws:SourceArn": [...bucketArns] },
          StringEquals: { "aws:SourceAccount": accountId },
        },
      },
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
