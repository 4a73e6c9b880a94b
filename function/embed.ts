/** The chunks that are not known yet → their embeddings, each kept as soon as it is made. */
import type { Chunk } from "./chunk.ts";
import type { ObjectName } from "./errors.ts";
import type { Embedder } from "./model/embedder.ts";
import type { ObjectMetadata, Store } from "./store.ts";
import type { Telemetry } from "./telemetry.ts";

/**
 * Embeds and keeps the chunks whose ids are in `wanted`, one at a time: on a CPU a batch of mixed lengths
 * takes longer than its parts. A repeated content is embedded once. Returns how many were embedded.
 */
export async function embedChunks(
  clients: { readonly embedder: Embedder; readonly store: Store; readonly telemetry: Telemetry },
  object: ObjectName,
  chunks: readonly Chunk[],
  wanted: ReadonlySet<string>,
  metadata: ObjectMetadata,
): Promise<number> {
  const { embedder, store, telemetry } = clients;
  const missing = new Set(wanted);
  let embedded = 0;
  for (const [index, chunk] of chunks.entries()) {
    if (!missing.delete(chunk.id)) continue;
    const embedding = await embedder.embedDocument(chunk.content);
    const place = { index, count: chunks.length, model: embedder.model };
    await store.storeContent(object, { ...chunk, ...place, embedding }, metadata);
    embedded += 1;
    telemetry.progressed(object, { stage: "embed", embedded, toEmbed: wanted.size });
  }
  return embedded;
}
