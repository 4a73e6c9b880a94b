/** Takes the topic, a queue and the function and has Lambda invoke the function with what waits in the queue. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { InvokedFunction } from "./deliver-directly.ts";
import type { UploadQueue } from "./upload-queue.ts";

/** Messages of one run. More would wait long for the first of them, and all come again when a run is killed. */
const BATCH_MESSAGES = 10;

export interface QueueDeliveryArgs {
  readonly topicArn: pulumi.Input<string>;
  readonly invoked: InvokedFunction;
  readonly uploads: UploadQueue;
  readonly undelivered: { readonly arn: pulumi.Input<string>; readonly policy: pulumi.Resource };
  /** Most runs at a time. */
  readonly maximumConcurrency: number;
}

/** Gives the subscription and the mapping; of a batch only the messages that failed come again. */
export function deliverThroughQueue(
  name: string,
  { topicArn, invoked, uploads, undelivered, maximumConcurrency }: QueueDeliveryArgs,
  parent: pulumi.Resource,
): pulumi.Resource[] {
  const mapping = new aws.lambda.EventSourceMapping(
    `${name}-uploads`,
    {
      eventSourceArn: uploads.arn,
      functionName: invoked.arn,
      batchSize: BATCH_MESSAGES,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency },
    },
    { parent, dependsOn: invoked.rolePolicy },
  );
  const subscription = new aws.sns.TopicSubscription(
    `${name}-uploads`,
    {
      topic: topicArn,
      protocol: "sqs",
      endpoint: uploads.arn,
      // The message is then S3's event, without SNS's words around it.
      rawMessageDelivery: true,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }),
    },
    { parent, dependsOn: [uploads.policy, undelivered.policy] },
  );
  return [subscription, mapping];
}

/** Lambda reads the queue with the function's own role: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export function receiveUploadsStatement(queueArn: pulumi.Input<string>): aws.iam.PolicyStatement {
  return {
    Sid: "ReceiveUploads",
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: queueArn,
  };
}
