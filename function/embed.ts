/** The chunks that are not known yet → their embeddings, each kept as soon as it is made. */
import type { Chunk } from "./chunk.ts";
import { type ObjectName, OutOfTimeError } from "./errors.ts";
import type { Embedder } from "./model/embedder.ts";
import type { ObjectMetadata, Store } from "./store.ts";
import type { Telemetry } from "./telemetry.ts";
import { reservedMilliseconds, type Time } from "./time.ts";

/**
 * Embeds and keeps the chunks whose ids are in `wanted`, one at a time: on a CPU a batch of mixed lengths
 * takes longer than its parts. A repeated content is embedded once. Returns how many were embedded.
 * @throws {OutOfTimeError} when the time that is left may not do for another one
 */
export async function embedChunks(
  clients: {
    readonly embedder: Embedder;
    readonly store: Store;
    readonly telemetry: Telemetry;
    readonly time: Time;
  },
  object: ObjectName,
  chunks: readonly Chunk[],
  wanted: ReadonlySet<string>,
  metadata: ObjectMetadata,
): Promise<number> {
  const { embedder, store, telemetry, time } = clients;
  const missing = new Set(wanted);
  let embedded = 0;
  let slowestMilliseconds = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (!missing.delete(chunk.id)) continue;
    if (time.remainingMilliseconds() < reservedMilliseconds + 2 * slowestMilliseconds) {
      throw new OutOfTimeError(object, embedded, wanted.size);
    }
    const began = time.now();
    const embedding = await embedder.embedDocument(chunk.content);
    const milliseconds = time.now() - began;
    const place = { index, count: chunks.length, model: embedder.model };
    await store.storeContent(object, { ...chunk, ...place, embedding }, metadata);
    embedded += 1;
    slowestMilliseconds = Math.max(slowestMilliseconds, time.now() - began);
    const { tokens } = chunk;
    const progress = { embedded, toEmbed: wanted.size, tokens, milliseconds };
    telemetry.progressed(object, { stage: "embed", ...progress });
  }
  return embedded;
}
