/** What happened to an object → the message that S3 publishes of it → the Lambda event that SNS delivers it in. */
import { createEvent } from "../function/events.ts";

export interface LocalChange {
  readonly eventName: "ObjectCreated:Put" | "ObjectRemoved:Delete";
  readonly bucket: string;
  readonly key: string;
  readonly occurredAt: Date;
}

/** Makes the message as S3 does, with the object's next sequencer. */
export function createMessage(change: LocalChange): string {
  return JSON.stringify(createEvent([{ ...change, sequencer: nextSequencer() }]));
}

/** Makes the event that hands the function a message of the topic. */
export function createNotification(message: string): object {
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: "arn:aws:sns:us-east-1:000000000000:local:local",
        Sns: {
          Type: "Notification",
          Subject: "Amazon S3 Notification",
          Message: message,
          Timestamp: new Date().toISOString(),
        },
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
