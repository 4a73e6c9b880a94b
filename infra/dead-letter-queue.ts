/** Takes a name and a possible sender and gives an encrypted queue that keeps what failed for 14 days. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { queuePolicy, RETENTION_SECONDS } from "./queue-policy.ts";

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
        policy: pulumi.jsonStringify(queuePolicy(queue.arn, args.topicArn)),
      },
      { parent: this },
    );
    this.arn = queue.arn;
    this.url = queue.url;
    this.registerOutputs({ arn: this.arn, url: this.url });
  }
}
