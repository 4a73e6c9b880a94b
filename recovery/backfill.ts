/** A bucket with objects in it → an event for each of them, published to the topic, from where the last run ended. */
import type { Time } from "../function/time.ts";
import type { BackfillState } from "./backfill-state.ts";
import { type Deployment, type DocumentBucket, listDocuments } from "./deployment.ts";
import { announce, publishChanges } from "./publishing.ts";

export interface BackfillOptions {
  readonly bucket: DocumentBucket;
  /** Only the keys that begin so. */
  readonly prefix: string;
  /** Objects in a second, at the most. */
  readonly rate: number;
  readonly state: BackfillState;
  readonly time: Time;
  /** Called once with nothing published by this run, and then after every acknowledged batch. */
  readonly onProgress: (progress: { readonly published: number; readonly total: number }) => void;
}

/**
 * Counts the documents, which is a hundred times faster than to publish them, and publishes each. The state is
 * written after every batch that the topic has accepted, and removed at the end.
 * @returns how many were published in all, by this run and those before it
 */
export async function backfill(
  deployment: Deployment,
  { bucket, prefix, rate, state, time, onProgress }: BackfillOptions,
): Promise<number> {
  const before = await state.read();
  const documents = () => listDocuments(deployment, bucket, prefix, before?.afterKey);
  let published = before?.published ?? 0;
  let total = published;
  for await (const _ of documents()) total += 1;
  onProgress({ published, total });

  async function* changes() {
    for await (const { key } of documents()) yield announce(bucket.name, key, "ObjectCreated:Put");
  }
  await publishChanges(deployment, changes(), {
    rate,
    time,
    async onPublished(batch) {
      published += batch.length;
      await state.write({ afterKey: batch.at(-1)?.key ?? "", published });
      onProgress({ published, total });
    },
  });
  await state.clear();
  return published;
}
