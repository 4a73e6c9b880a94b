/** A dataset's documents → the table, by the product's own steps: extract, chunk, embed, store. */
import { type Chunk, chunkText } from "../function/chunk.ts";
import type { Embedder } from "../function/model/embedder.ts";
import type { Store } from "../function/store.ts";
import { extractDocument } from "../function/text/extract.ts";
import type { CorpusDocument } from "./dataset.ts";

export interface IngestClients {
  readonly embedder: Embedder;
  readonly store: Store;
  /** How a chunk is embedded, the product's way or one that is compared with it. */
  readonly embedChunk: (chunk: Chunk) => Promise<Float32Array>;
}

export interface IngestOptions {
  readonly chunkTokens: number;
  readonly chunkOverlapTokens: number;
}

const bucket = "dataset";
const modifiedAt = new Date(0);

/**
 * Stores one document as an object of that key: in Markdown, its title being the heading. Returns how many chunks
 * it has.
 */
export async function ingestDocument(
  { embedder, store, embedChunk }: IngestClients,
  { chunkTokens, chunkOverlapTokens }: IngestOptions,
  { id, title, text: body }: CorpusDocument,
): Promise<number> {
  const markdown = title.trim() === "" ? body : `# ${title}\n\n${body}`;
  const document = await extractDocument(Buffer.from(markdown), id, "text/markdown");
  const { text, structure, ...metadata } = document;
  const chunks = chunkText(
    text,
    { chunkTokens, overlapTokens: chunkOverlapTokens, countTokens: embedder.countTokens },
    structure,
  );
  const object = { bucket, key: id };
  const { model } = embedder;
  for (const [index, chunk] of chunks.entries()) {
    const embedding = await embedChunk(chunk);
    const place = { index, count: chunks.length, model };
    await store.storeContent(object, { ...chunk, ...place, embedding }, metadata);
  }
  const version = {
    modifiedAt,
    sequencer: undefined,
    etag: undefined,
    versionId: undefined,
    seenRevision: undefined,
  };
  const places = chunks.map(({ place }) => place ?? {});
  const content = { ids: chunks.map((chunk) => chunk.id), model, places };
  await store.replaceObject(object, version, content, metadata);
  return chunks.length;
}
