/** A dataset, a model and how long the chunks are → what each way to search finds, question by question. */
import type { PGlite } from "@electric-sql/pglite";
import type { Chunk } from "../function/chunk.ts";
import { type Embedder, openEmbedder } from "../function/model/embedder.ts";
import type { ModelManifest } from "../function/model/manifest.ts";
import { defaultChunkOverlapTokens } from "../function/settings.ts";
import type { Store } from "../function/store.ts";
import { startLocalStack } from "../local/stack.ts";
import type { Dataset } from "./dataset.ts";
import { maxHeadingTokens, withHeadings } from "./headings.ts";
import { ingestDocument } from "./ingest.ts";
import { type Metrics, measureRanking } from "./metrics.ts";
import { rankDocuments, type Way, wayNames } from "./ways.ts";

export interface Configuration {
  readonly model: { readonly folder: string; readonly manifest: ModelManifest };
  /** Most tokens of a chunk; no more than the model takes. */
  readonly chunkTokens: number;
  /** How the chunks' headings are embedded: not at all, as in the product, or with each chunk. */
  readonly headings: "none" | "embedded";
  /** Whether every chunk leaves room for headings, so that the same chunks are compared with and without them. */
  readonly leavesRoom: boolean;
}

export interface Evaluation {
  readonly model: string;
  /** Most tokens of a chunk, after what the model takes. */
  readonly chunkTokens: number;
  readonly headings: Configuration["headings"];
  readonly chunks: number;
  /** For each question, in the dataset's order. */
  readonly measured: Readonly<Record<Way, readonly Metrics[]>>;
}

/**
 * Embeds the documents into a database in memory, and asks it each question in each way.
 * @throws {ModelFolderError} when the model is not as declared
 */
export async function evaluate(
  dataset: Dataset,
  { model, headings, leavesRoom, ...wanted }: Configuration,
): Promise<Evaluation> {
  const stack = await startLocalStack({ model });
  const { embedder, store } = stack.environment;
  const prompt = model.manifest.prompts.document;
  const plain = headings === "none" ? undefined : await openWithoutPrompt(model);
  const embedChunk = (chunk: Chunk) =>
    plain === undefined
      ? embedder.embedDocument(chunk.content)
      : plain.embedDocument(withHeadings(chunk, prompt, plain.countTokens));
  const room = embedder.maxDocumentTokens - (leavesRoom ? maxHeadingTokens : 0);
  const chunkTokens = Math.min(wanted.chunkTokens, room);
  const chunkOverlapTokens = Math.min(defaultChunkOverlapTokens, wanted.chunkTokens >> 2);
  try {
    let chunks = 0;
    for (const document of dataset.documents) {
      const clients = { embedder, store, embedChunk };
      chunks += await ingestDocument(clients, { chunkTokens, chunkOverlapTokens }, document);
    }
    await countRows(stack.database);
    const measured = await measure({ embedder, store }, dataset);
    return { model: model.manifest.id, chunkTokens, headings, chunks, measured };
  } finally {
    await plain?.close();
    await stack.close();
  }
}

/** The prompt is part of what {@link withHeadings} gives. */
function openWithoutPrompt({ folder, manifest }: Configuration["model"]): Promise<Embedder> {
  return openEmbedder(folder, { ...manifest, prompts: { ...manifest.prompts, document: "" } });
}

/** The statistics that autovacuum keeps in Supabase: full text weighs a word by the share of rows that have it. */
async function countRows(database: PGlite): Promise<void> {
  await database.exec("analyze");
}

async function measure(
  clients: { readonly embedder: Embedder; readonly store: Store },
  { queries }: Dataset,
): Promise<Record<Way, Metrics[]>> {
  const measured: Record<Way, Metrics[]> = { vector: [], "full text": [], hybrid: [] };
  for (const { text, relevance } of queries) {
    for (const way of wayNames) {
      measured[way].push(measureRanking(await rankDocuments(clients, text, way), relevance));
    }
  }
  return measured;
}
