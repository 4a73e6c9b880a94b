/** A folder → Postgres with pgvector in this process, made ready as a Supabase project is and migrated. */
import { PGlite } from "@electric-sql/pglite";
import { vector } from "@electric-sql/pglite-pgvector";
import { readMigrations } from "./migrations.ts";

/** What a new Supabase project has before its first migration. */
export const supabaseSql = `
  create role anon nologin noinherit;
  create role authenticated nologin noinherit;
  create role service_role nologin noinherit bypassrls;
  grant usage on schema public to anon, authenticated, service_role;
  create schema extensions;
  grant usage on schema extensions to anon, authenticated, service_role;
  create schema supabase_migrations;
  create table supabase_migrations.schema_migrations (version text primary key, name text);
`;

/**
 * Opens the database, with a table for vectors of the given dimensions, and applies what migrations it has
 * not seen yet.
 * @param folder where it is kept; without one it lives in memory
 */
export async function openDatabase(dimensions: number, folder?: string): Promise<PGlite> {
  const database = await PGlite.create({
    extensions: { vector },
    ...(folder === undefined ? {} : { dataDir: folder }),
  });
  const { rows } = await database.query<{ is_new: boolean }>(
    "select to_regclass('supabase_migrations.schema_migrations') is null as is_new",
  );
  if (rows[0]?.is_new) await database.transaction((transaction) => transaction.exec(supabaseSql));
  await migrate(database, dimensions);
  return database;
}

async function migrate(database: PGlite, dimensions: number): Promise<void> {
  const { rows } = await database.query<{ version: string }>(
    "select version from supabase_migrations.schema_migrations",
  );
  const applied = new Set(rows.map(({ version }) => version));
  for (const { version, fileName, sql } of await readMigrations(dimensions)) {
    if (applied.has(version)) continue;
    await database.transaction(async (transaction) => {
      await transaction.exec(sql);
      await transaction.query("insert into supabase_migrations.schema_migrations values ($1, $2)", [
        version,
        fileName,
      ]);
    });
  }
}
