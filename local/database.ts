/** A folder → Postgres with pgvector in this process, made ready as a Supabase project is and migrated. */
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { applyMigrations } from "../supabase/migrations.ts";

/** What a new Supabase project has before its first migration. */
export const supabaseSql = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  grant usage on schema public to anon, authenticated, service_role;
  create schema extensions;
  grant usage on schema extensions to anon, authenticated, service_role;
`;

/**
 * Opens the database, with a table for vectors of the given dimensions, and applies what migrations it has
 * not seen yet.
 * @param folder where it is kept; without one it lives in memory
 */
export async function openDatabase(dimensions: number, folder?: string): Promise<PGlite> {
  const database = await openEmptyDatabase(folder);
  await applyMigrations(database, dimensions);
  return database;
}

/** Opens the database as it is, which a new one is without our tables. */
export async function openEmptyDatabase(folder?: string): Promise<PGlite> {
  const database = await PGlite.create({
    extensions: { vector },
    ...(folder === undefined ? {} : { dataDir: folder }),
  });
  const { rows } = await database.query<{ is_new: boolean }>(
    "select to_regrole('service_role') is null as is_new",
  );
  if (rows[0]?.is_new) await database.transaction((transaction) => transaction.exec(supabaseSql));
  return database;
}
