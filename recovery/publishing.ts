/** Changes of objects → published to the topic of a deployment, at a settable rate. */
import { createEvent, type ObjectChange } from "../function/events.ts";
import type { Time } from "../function/time.ts";
import { type Deployment, maxMessagesPerPublish } from "./deployment.ts";

export interface PublishingOptions {
  /** Objects in a second, at the most. */
  readonly rate: number;
  readonly time: Time;
  /** Called with those that the topic has accepted, in order. */
  readonly onPublished?: (changes: readonly ObjectChange[]) => Promise<void> | void;
}

/** Publishes a message for each change, as S3 does. What `publish` throws comes through; the rest is not sent then. */
export async function publishChanges(
  { publish }: Pick<Deployment, "publish">,
  changes: AsyncIterable<ObjectChange> | Iterable<ObjectChange>,
  { rate, time, onPublished }: PublishingOptions,
): Promise<void> {
  const began = time.now();
  const batchSize = Math.min(maxMessagesPerPublish, Math.ceil(rate));
  let published = 0;
  let batch: ObjectChange[] = [];

  async function publishBatch(): Promise<void> {
    const pause = began + (1_000 * published) / rate - time.now();
    if (pause > 0) await time.sleep(pause);
    await publish(batch.map((change) => JSON.stringify(createEvent([change]))));
    published += batch.length;
    await onPublished?.(batch);
    batch = [];
  }

  for await (const change of changes) {
    if (batch.push(change) === batchSize) await publishBatch();
  }
  if (batch.length > 0) await publishBatch();
}

/**
 * Word of an object from somebody else than S3. It has no sequencer: the function then looks at the object, and
 * stores what it finds unless the object's row was written since.
 */
export function announce(
  bucket: string,
  key: string,
  eventName: "ObjectCreated:Put" | "ObjectRemoved:Delete",
): ObjectChange {
  return { bucket, key, eventName, occurredAt: new Date(), sequencer: undefined };
}
