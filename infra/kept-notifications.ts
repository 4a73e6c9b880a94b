/** Takes the existing buckets and gives what each already notifies, to be kept, or refuses what cannot stand beside ours. */
import * as pulumi from "@pulumi/pulumi";
import { findOverlap, OBJECT_EVENTS } from "./notification-overlap.ts";
import type {
  BucketNotifications,
  NotificationTarget,
  ReadNotifications,
} from "./notification-reader.ts";

/** An existing bucket already sends some of the same objects' events elsewhere, and S3 allows one destination. */
export class OverlappingNotificationError extends pulumi.RunError {
  override readonly name = "OverlappingNotificationError";
  readonly bucketName: string;
  readonly target: NotificationTarget;
  constructor(
    bucketName: string,
    wanted: { prefix: string; suffix: string },
    target: NotificationTarget,
  ) {
    super(
      `Bucket ${bucketName} already sends ${target.events.join(", ")} of ${keys(target)} to ${target.arn} ` +
        `(configuration ${target.id}), and S3 gives an event to one destination only: it would refuse ${keys(wanted)} here. ` +
        "Choose another prefix or suffix in buckets, or remove that configuration and let its destination subscribe to the new topic.",
    );
    this.bucketName = bucketName;
    this.target = target;
  }
}

export interface KeptNotificationsArgs {
  readonly buckets: readonly {
    readonly name: string;
    readonly create: boolean;
    readonly prefix: string;
    readonly suffix: string;
  }[];
  /** Our own topic: what an earlier deployment left there is written anew, not kept. */
  readonly topicArn: string;
  readonly readNotifications: ReadNotifications;
}

/**
 * S3 replaces a bucket's notification configuration as a whole, so what is not given back to it is
 * lost. Gives each existing bucket's present one by name, without our own part, and says on the
 * console what is kept. Throws OverlappingNotificationError and NotificationReadError.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export async function readKeptNotifications({
  buckets,
  topicArn,
  readNotifications,
}: KeptNotificationsArgs): Promise<ReadonlyMap<string, BucketNotifications>> {
  const kept = new Map<string, BucketNotifications>();
  for (const { name, create, prefix, suffix } of buckets) {
    if (create) continue;
    const notifications = kept.get(name) ?? without(topicArn, await readNotifications(name));
    const targets = allTargets(notifications);
    const overlap = findOverlap({ events: OBJECT_EVENTS, prefix, suffix }, targets);
    if (overlap !== undefined) {
      throw new OverlappingNotificationError(name, { prefix, suffix }, overlap);
    }
    if (!kept.has(name) && targets.length > 0) {
      await pulumi.log.info(
        `Bucket ${name} keeps its notifications to ${targets.map(({ arn }) => arn).join(", ")}.`,
      );
    }
    kept.set(name, notifications);
  }
  return kept;
}

function without(topicArn: string, found: BucketNotifications): BucketNotifications {
  return { ...found, topics: found.topics.filter(({ arn }) => arn !== topicArn) };
}

function allTargets({ topics, queues, lambdaFunctions }: BucketNotifications) {
  return [...topics, ...queues, ...lambdaFunctions];
}

function keys({ prefix, suffix }: { readonly prefix: string; readonly suffix: string }): string {
  return prefix === "" && suffix === "" ? "every key" : `keys ${prefix}*${suffix}`;
}
