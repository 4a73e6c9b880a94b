/** A question → the content nearest to it in meaning, best first. */
import type { Embedder } from "./model/embedder.ts";
import type { Match, Store } from "./store.ts";

/**
 * Finds content by meaning, among what the same model embedded.
 * @param count how many matches at the most
 */
export async function searchContent(
  clients: { readonly embedder: Embedder; readonly store: Store },
  question: string,
  count: number,
): Promise<readonly Match[]> {
  const embedding = await clients.embedder.embedQuery(question);
  return clients.store.matchContent(embedding, {
    count,
    filter: { model: clients.embedder.model },
  });
}
