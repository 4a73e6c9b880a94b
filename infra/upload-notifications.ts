/** Takes the document buckets and the topic and tells each bucket to publish its objects' events there. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DocumentBucket } from "./document-buckets.ts";
import { OBJECT_EVENTS } from "./notification-overlap.ts";
import type { BucketNotifications, NotificationTarget } from "./notification-reader.ts";

export interface UploadNotificationsArgs {
  readonly buckets: readonly DocumentBucket[];
  readonly topicArn: pulumi.Input<string>;
  /** What each existing bucket notifies besides, by the bucket's name. */
  readonly kept: ReadonlyMap<string, BucketNotifications>;
  /** What has to be there first. In the options it would not reach the resources inside. */
  readonly after: readonly pulumi.Resource[];
}

/** One notification configuration for each bucket: S3 has no more than one, for all its destinations. */
export class UploadNotifications extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: UploadNotificationsArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("embedding-processor:infra:UploadNotifications", name, {}, options);
    for (const bucket of args.buckets) {
      const kept = args.kept.get(bucket.name);
      new aws.s3.BucketNotification(
        bucket.name,
        {
          bucket: bucket.bucketName,
          topics: [
            ...bucket.filters.map(({ prefix, suffix }, index) => ({
              id: `${name}-${index}`,
              topicArn: args.topicArn,
              events: [...OBJECT_EVENTS],
              ...filterOf({ prefix, suffix }),
            })),
            ...(kept?.topics ?? []).map(({ arn, ...target }) => ({
              topicArn: arn,
              ...keep(target),
            })),
          ],
          queues: (kept?.queues ?? []).map(({ arn, ...target }) => ({
            queueArn: arn,
            ...keep(target),
          })),
          lambdaFunctions: (kept?.lambdaFunctions ?? []).map(({ arn, ...target }) => ({
            lambdaFunctionArn: arn,
            ...keep(target),
          })),
          eventbridge: kept?.eventBridge ?? false,
        },
        {
          parent: this,
          dependsOn: [...args.after],
          // Deleting this resource empties the bucket's whole configuration. On a bucket that was
          // there before, that would take with it what others have put there.
          retainOnDelete: !bucket.created,
        },
      );
    }
    this.registerOutputs();
  }
}

function keep({ id, events, prefix, suffix }: Omit<NotificationTarget, "arn">) {
  return { id, events: [...events], ...filterOf({ prefix, suffix }) };
}

/** S3 has no empty filter: it is left out. */
function filterOf({ prefix, suffix }: { readonly prefix: string; readonly suffix: string }) {
  return {
    ...(prefix === "" ? {} : { filterPrefix: prefix }),
    ...(suffix === "" ? {} : { filterSuffix: suffix }),
  };
}
