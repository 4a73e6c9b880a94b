/** A question → the content that answers it, best first. */
import type { Embedder } from "./model/embedder.ts";
import type { Match, SearchOptions, Store } from "./store.ts";

/** Finds content by its meaning and its words at once, among what the same model embedded. */
export async function searchContent(
  clients: { readonly embedder: Embedder; readonly store: Store },
  question: string,
  options: SearchOptions,
): Promise<readonly Match[]> {
  const embedding = await clients.embedder.embedQuery(question);
  const filter = { ...options.filter, model: clients.embedder.model };
  return clients.store.searchContent(question, embedding, { ...options, filter });
}
