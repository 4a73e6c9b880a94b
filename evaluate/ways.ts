/** A question → the documents that each way to search finds for it, best first. */
import type { Embedder } from "../function/model/embedder.ts";
import { searchContent } from "../function/search.ts";
import type { Store } from "../function/store.ts";

/** What `search_content` is told for each. */
export const ways = {
  vector: { vectorWeight: 1, textWeight: 0 },
  "full text": { vectorWeight: 0, textWeight: 1 },
  hybrid: { vectorWeight: 1, textWeight: 1 },
} as const;

export type Way = keyof typeof ways;

export const wayNames: readonly Way[] = ["vector", "full text", "hybrid"];

/** Enough for ten documents, since one may have several of the chunks that are found; the most that a search gives. */
const chunkCount = 100;

/** The documents' ids: a document is as good as its best chunk. */
export async function rankDocuments(
  clients: { readonly embedder: Embedder; readonly store: Store },
  question: string,
  way: Way,
): Promise<readonly string[]> {
  const matches = await searchContent(clients, question, { count: chunkCount, ...ways[way] });
  return [...new Set(matches.map(({ key }) => key))];
}
