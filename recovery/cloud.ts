/** A stack's name → its deployment in AWS and its Supabase project, through the SDKs. */
import { S3Client } from "@aws-sdk/client-s3";
import { PublishBatchCommand, SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Credentials } from "../function/credentials.ts";
import type { Pulumi } from "../tools/pulumi.ts";
import { type AwsTarget, awsTarget, readConfiguration, readOutputs } from "../tools/stack.ts";
import { listObjects } from "./bucket-listing.ts";
import { createDeadLetterQueue } from "./dead-letter-queue.ts";
import type { Deployment, DocumentBucket } from "./deployment.ts";
import { readRecordedObjects } from "./recorded-objects.ts";

/** The stack's outputs lack what these commands need: it is not deployed, or by an earlier version. */
export class NotDeployedError extends Error {
  override readonly name = "NotDeployedError";
  constructor(stack: string) {
    super(`Stack ${stack} has no topic and queues. Deploy it with: pulumi up --stack ${stack}`);
  }
}

/** The topic has not accepted all that was published. What it did accept is handled, and may be sent again. */
export class PublishingError extends Error {
  override readonly name = "PublishingError";
  constructor(topicArn: string, refused: number, problem: string) {
    super(`${topicArn} did not take ${refused} of the events: ${problem}. Run this again.`);
  }
}

/** Where a deployed stack keeps what these commands work on. */
export interface CloudResources {
  readonly stack: string;
  readonly target: AwsTarget;
  readonly topicArn: string;
  readonly failedQueueUrl: string;
  readonly undeliveredQueueUrl: string;
  buckets(): Promise<readonly DocumentBucket[]>;
  credentials(): Promise<Credentials>;
  /** How long an empty queue is waited for, where it is not what {@link createDeadLetterQueue} says. */
  readonly waitSeconds?: number;
}

/**
 * Finds the resources in the stack's outputs and settings; the settings, where the key is, are read when they
 * are asked for.
 * @throws {NotDeployedError} and what {@link Pulumi} throws, as where there is no such stack
 */
export async function findCloudResources(
  pulumi: Pulumi,
  stack: string,
  settings: Pick<CloudResources, "buckets" | "credentials">,
): Promise<CloudResources> {
  const { topicArn, failedQueueUrl, undeliveredQueueUrl } = await readOutputs(pulumi, stack);
  if (!topicArn || !failedQueueUrl || !undeliveredQueueUrl) throw new NotDeployedError(stack);
  const target = awsTarget(await readConfiguration(pulumi, stack, { showSecrets: false }));
  return { ...settings, stack, target, topicArn, failedQueueUrl, undeliveredQueueUrl };
}

/** Makes the clients, which find their credentials themselves. */
export function openCloudDeployment(resources: CloudResources): Deployment {
  const { stack, target, topicArn, failedQueueUrl, undeliveredQueueUrl, waitSeconds } = resources;
  const s3 = new S3Client({ ...target });
  const sns = new SNSClient({ ...target });
  const sqs = new SQSClient({ ...target });
  const queue = (url: string, meaning: string) =>
    createDeadLetterQueue(sqs, url, {
      meaning,
      ...(waitSeconds === undefined ? {} : { waitSeconds }),
    });
  return {
    name: `Stack ${stack}`,
    option: `--stack ${stack}`,
    deadLetterQueues: [
      queue(failedQueueUrl, "the function gave up on these"),
      queue(undeliveredQueueUrl, "these never reached the function"),
    ],
    buckets: resources.buckets,
    listObjects: (bucket, prefix, afterKey) => listObjects(s3, bucket, prefix, afterKey),
    async *recordedObjects(bucket) {
      yield* readRecordedObjects(await resources.credentials(), bucket);
    },
    async publish(messages) {
      const entries = messages.map((Message, index) => ({ Id: `${index}`, Message }));
      const { Failed = [] } = await sns.send(
        new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries }),
      );
      const [first] = Failed;
      if (first === undefined) return;
      throw new PublishingError(topicArn, Failed.length, `${first.Message ?? first.Code}`);
    },
    async close() {
      for (const client of [s3, sns, sqs]) client.destroy();
    },
  };
}
