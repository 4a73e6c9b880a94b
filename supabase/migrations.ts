/** The SQL files of `migrations/`, for a model's dimensions → a database that has each of them once. */
import { readdir, readFile } from "node:fs/promises";
import { reason } from "../function/errors.ts";

export interface Migration {
  /** The time stamp at the start of the file's name. */
  readonly version: string;
  /** The rest of it. */
  readonly name: string;
  readonly sql: string;
}

/** One session with a database. */
export interface Connection {
  /** Runs any number of statements. */
  exec(sql: string): Promise<unknown>;
  query(sql: string, parameters: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

export class MigrationError extends Error {
  override readonly name = "MigrationError";
  readonly version: string;
  constructor({ version, name }: Migration, cause: unknown) {
    const hint = cause instanceof Error && "hint" in cause && cause.hint ? ` (${cause.hint})` : "";
    super(
      `The migration ${version}_${name} was not applied, nothing of it: ${reason(cause)}${hint}`,
      { cause },
    );
    this.version = version;
  }
}

const folder = new URL("migrations/", import.meta.url);

/** The one place in the migrations that depends on the model. */
const dimensionsPattern = /(?<=^ {2}embedding extensions\.vector\()768(?=\))/m;

/** Reads every migration, oldest first, with `vector(n)` for the model's dimensions. */
export async function readMigrations(dimensions: number): Promise<Migration[]> {
  const files = (await readdir(folder)).sort().map((name) => /^(\d+)_(.*)\.sql$/.exec(name));
  return Promise.all(
    files
      .filter((file) => file !== null)
      .map(async ([fileName, version = "", name = ""]) => {
        const sql = await readFile(new URL(fileName, folder), "utf8");
        return { version, name, sql: sql.replace(dimensionsPattern, String(dimensions)) };
      }),
  );
}

/**
 * The Supabase CLI's own history, so that it and this take each other's migrations for applied.
 * https://github.com/supabase/cli/blob/develop/apps/cli-go/pkg/migration/history.go
 */
const historySql = `
  create schema if not exists supabase_migrations;
  create table if not exists supabase_migrations.schema_migrations (version text not null primary key);
  alter table supabase_migrations.schema_migrations add column if not exists statements text[];
  alter table supabase_migrations.schema_migrations add column if not exists name text;
`;

/**
 * Applies what the database does not have yet, each migration in a transaction of its own, and says of
 * each whether it was applied now.
 * @throws {MigrationError} for the first one that fails; those before it stay applied
 */
export async function applyMigrations(
  connection: Connection,
  dimensions: number,
): Promise<{ readonly migration: Migration; readonly isNew: boolean }[]> {
  await connection.exec(historySql);
  const outcomes = [];
  for (const migration of await readMigrations(dimensions)) {
    outcomes.push({ migration, isNew: await applyOnce(connection, migration) });
  }
  return outcomes;
}

async function applyOnce(connection: Connection, migration: Migration): Promise<boolean> {
  const { version, name, sql } = migration;
  await connection.exec("begin");
  try {
    // Recorded before it is run: another run at the same time waits here, and then finds it recorded.
    // The CLI records a file cut into its statements; one statement that is the whole file is the same
    // to all that reads them.
    const { rows } = await connection.query(
      `insert into supabase_migrations.schema_migrations (version, name, statements)
       values ($1, $2, $3) on conflict (version) do nothing returning version`,
      [version, name, [sql]],
    );
    const isNew = rows.length > 0;
    if (isNew) await connection.exec(sql);
    await connection.exec("commit");
    return isNew;
  } catch (cause) {
    // Where the connection is gone, the server has rolled back already.
    await connection.exec("rollback").catch(() => undefined);
    throw new MigrationError(migration, cause);
  }
}
