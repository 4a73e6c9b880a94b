/** A database in memory behind the Data API → the store that the function would have, for tests. */
import type { PGlite } from "@electric-sql/pglite";
import { once } from "../../function/once.ts";
import { createStore, type Store } from "../../function/store.ts";
import { connectSupabase } from "../../function/supabase.ts";
import { createDataApi } from "../../local/data-api.ts";
import { openDatabase } from "../../local/database.ts";
import { serve } from "../../local/serve.ts";

export interface InMemoryStore {
  readonly store: Store;
  readonly database: PGlite;
  /** Empties both tables. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function openInMemoryStore(dimensions: number): Promise<InMemoryStore> {
  const database = await openDatabase(dimensions);
  const server = await serve(createDataApi(database, "key"));
  const credentials = once(async () => ({ url: server.url, serviceKey: "key" }));
  return {
    store: createStore(connectSupabase(credentials)),
    database,
    async clear() {
      await database.exec("truncate content_embeddings, source_objects");
    },
    async close() {
      await server.close();
      await database.close();
    },
  };
}
