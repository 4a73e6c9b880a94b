/** Takes a name and a possible sender and gives an encrypted queue that keeps what failed for 14 days. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The longest that SQS keeps a message: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const RETENTION_SECONDS = 14 * 24 * 60 * 60;

export interface DeadLetterQueueArgs {
  readonly queueName: string;
  /** The topic whose undelivered messages SNS may put here; none where a role of this account sends. */
  readonly topicArn?: pulumi.Input<string>;
  /** A customer-managed key whose policy lets SNS use it; without one SQS's own encrypts the queue. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** A queue, encrypted, and the policy of who may send to it. */
export class DeadLetterQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** SNS may send only after this. */
  readonly policy: pulumi.Resource;

  constructor(name: string, args: DeadLetterQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:DeadLetterQueue", name, {}, options);
    const queue = new aws.sqs.Queue(
      name,
      {
        name: args.queueName,
        messageRetentionSeconds: RETENTION_SECONDS,
        ...(args.kmsKeyArn ? { kmsMasterKeyId: args.kmsKeyArn } : { sqsManagedSseEnabled: true }),
      },
      { parent: this },
    );
    this.policy = new aws.sqs.QueuePolicy(
      name,
      {
        queueUrl: queue.url,
        policy: pulumi.jsonStringify(deadLetterQueuePolicy(queue.arn, args.topicArn)),
      },
      { parent: this },
    );
    this.arn = queue.arn;
    this.url = queue.url;
    this.registerOutputs({ arn: this.arn, url: this.url });
  }
}

/**
 * Refuses plain HTTP, and lets SNS send for the one topic if there is one.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-configure-dead-letter-queue.html
 */
export function deadLetterQueuePolicy(
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
