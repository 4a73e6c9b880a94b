/** Asks S3 for a bucket's present notification configuration and gives it in Pulumi's words. */
import {
  type Event,
  GetBucketNotificationConfigurationCommand,
  type NotificationConfigurationFilter,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import type { EventSelection } from "./notification-overlap.ts";

/** One destination of a bucket's events. */
export interface NotificationTarget extends EventSelection {
  readonly id: string;
  /** Of the topic, queue or function. */
  readonly arn: string;
}

export interface BucketNotifications {
  readonly topics: readonly NotificationTarget[];
  readonly queues: readonly NotificationTarget[];
  readonly lambdaFunctions: readonly NotificationTarget[];
  /** Every event goes to EventBridge as well. */
  readonly eventBridge: boolean;
}

/** Throws NotificationReadError. */
export type ReadNotifications = (bucketName: string) => Promise<BucketNotifications>;

/** S3 did not answer for a bucket; the message says what to do about it. */
export class NotificationReadError extends pulumi.RunError {
  override readonly name = "NotificationReadError";
  readonly bucketName: string;
  constructor(bucketName: string, reason: string, cause: unknown) {
    super(`The notification configuration of bucket ${bucketName} cannot be read: ${reason}`);
    this.bucketName = bucketName;
    this.cause = cause;
  }
}

/** What the four mistakes that people make look like to S3, and what to do about each. */
const REASONS: Readonly<Record<string, string>> = {
  NoSuchBucket: "it does not exist. Set its create to true, or correct its name.",
  AccessDenied:
    "access is denied. These credentials need s3:GetBucketNotification and s3:PutBucketNotification on it.",
  PermanentRedirect:
    "it is in another region. A bucket notifies topics of its own region only: deploy a stack there.",
  CredentialsProviderError: "no AWS credentials were found. Log in, or set AWS_PROFILE.",
};

/** Gives a reader of one bucket at a time; it needs s3:GetBucketNotification. */
export function createNotificationReader(client: S3Client): ReadNotifications {
  return async (bucketName) => {
    try {
      const found = await client.send(
        new GetBucketNotificationConfigurationCommand({ Bucket: bucketName }),
      );
      return {
        topics: (found.TopicConfigurations ?? []).map((target) =>
          toTarget(target, target.TopicArn),
        ),
        queues: (found.QueueConfigurations ?? []).map((target) =>
          toTarget(target, target.QueueArn),
        ),
        lambdaFunctions: (found.LambdaFunctionConfigurations ?? []).map((target) =>
          toTarget(target, target.LambdaFunctionArn),
        ),
        eventBridge: found.EventBridgeConfiguration !== undefined,
      };
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      const status =
        error instanceof S3ServiceException ? ` (${error.$metadata.httpStatusCode})` : "";
      throw new NotificationReadError(
        bucketName,
        REASONS[name] ?? `${error instanceof Error ? error.message : String(error)}${status}.`,
        error,
      );
    }
  };
}

function toTarget(
  found: {
    readonly Id?: string | undefined;
    readonly Events: Event[] | undefined;
    readonly Filter?: NotificationConfigurationFilter | undefined;
  },
  arn: string | undefined,
): NotificationTarget {
  const rules = found.Filter?.Key?.FilterRules ?? [];
  // S3 accepts the rules' names in any case and gives them back as Prefix and Suffix.
  const value = (name: string) =>
    rules.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
  return {
    id: found.Id ?? "",
    arn: arn ?? "",
    events: found.Events ?? [],
    prefix: value("prefix"),
    suffix: value("suffix"),
  };
}
