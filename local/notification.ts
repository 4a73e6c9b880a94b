/** What happened to an object → the Lambda event that SNS would deliver of it. */

export type LocalEventName = "ObjectCreated:Put" | "ObjectRemoved:Delete";

export interface LocalChange {
  readonly eventName: LocalEventName;
  readonly bucket: string;
  readonly key: string;
  readonly occurredAt: Date;
  readonly etag?: string | undefined;
}

/** Makes the event in the shape that S3 and SNS give it, with the key encoded as S3 encodes it. */
export function createNotification(change: LocalChange): object {
  const { eventName, bucket, key, occurredAt, etag } = change;
  const record = {
    eventVersion: "2.6",
    eventSource: "aws:s3",
    awsRegion: "us-east-1",
    eventTime: occurredAt.toISOString(),
    eventName,
    s3: {
      s3SchemaVersion: "1.0",
      bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
      object: {
        key: encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/"),
        eTag: etag,
        sequencer: nextSequencer(),
      },
    },
  };
  const Message = JSON.stringify({ Records: [record] });
  const Timestamp = occurredAt.toISOString();
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: "arn:aws:sns:us-east-1:000000000000:local:local",
        Sns: { Type: "Notification", Subject: "Amazon S3 Notification", Message, Timestamp },
      },
    ],
  };
}

let lastSequence = 0n;

/** Grows with every change, over restarts too: nanoseconds since 1970, in hex. */
function nextSequencer(): string {
  const now = BigInt(Date.now()) * 1_000_000n;
  lastSequence = now > lastSequence ? now : lastSequence + 1n;
  return lastSequence.toString(16).toUpperCase().padStart(18, "0");
}
