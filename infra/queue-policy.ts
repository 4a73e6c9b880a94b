/** Takes a queue and a possible topic and gives the policy of who may use the queue, and how. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The longest that SQS keeps a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
export const RETENTION_SECONDS = 14 * 24 * 60 * 60;

/**
 * Refuses plain HTTP, and lets SNS send for the one topic if there is one.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
 */
export function queuePolicy(
  queueArn: pulumi.Input<string>,
  topicArn?: pulumi.Input<string>,
): aws.iam.PolicyDocument {
  const topicSends: aws.iam.PolicyStatement[] =
    topicArn === undefined
      ? []
      : [
          {
            Sid: "TopicSends",
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: queueArn,
            Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
          },
        ];
  return {
    Version: "2012-10-17",
    Statement: [
      ...topicSends,
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
