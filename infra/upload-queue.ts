/** Takes the topic and where failed messages go and gives the queue of uploads that wait for the function. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { queuePolicy, RETENTION_SECONDS } from "./queue-policy.ts";

/** The longest that a request for messages waits: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const LONG_POLLING_SECONDS = 20;

/** Of the function's time-out, as AWS wants it: a batch may wait for a free run before it is begun.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const VISIBILITY_TIMEOUTS = 6;

export interface UploadQueueArgs {
  readonly queueName: string;
  readonly topicArn: pulumi.Input<string>;
  /** Gets what was received so often in vain. */
  readonly failedQueueArn: pulumi.Input<string>;
  readonly maximumReceives: number;
  /** Of the function. */
  readonly timeoutSeconds: number;
  /** A customer-managed key whose policy lets SNS use it; without one SQS's own encrypts the queue. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** A queue that the topic, and nobody else, sends to. */
export class UploadQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** SNS may send only after this. */
  readonly policy: pulumi.Resource;

  constructor(name: string, args: UploadQueueArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:UploadQueue", name, {}, options);
    const queue = new aws.sqs.Queue(
      name,
      {
        name: args.queueName,
        messageRetentionSeconds: RETENTION_SECONDS,
        receiveWaitTimeSeconds: LONG_POLLING_SECONDS,
        visibilityTimeoutSeconds: VISIBILITY_TIMEOUTS * args.timeoutSeconds,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: args.failedQueueArn,
          maxReceiveCount: args.maximumReceives,
        }),
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
    this.registerOutputs({ arn: this.arn });
  }
}
