/** A PostgreSQL with pgvector on this machine → a server of its own in a temporary folder, made as Supabase is. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Pool, type PoolClient } from "pg";
import type { Database } from "../../local/data-api.ts";
import { supabaseSql } from "../../local/database.ts";
import { readMigrations } from "../../supabase/migrations.ts";

export interface PostgresServer extends Database {
  readonly version: string;
  close(): Promise<void>;
}

/** The folder of `initdb` and `postgres`: on PATH, or where Debian has them; only one with pgvector. */
export function findPostgres(): string | undefined {
  const onPath = (process.env.PATH ?? "").split(delimiter);
  const debian = globSync("/usr/lib/postgresql/*/bin").toSorted().toReversed();
  return [...onPath, ...debian].find((folder) => {
    if (!["initdb", "postgres", "pg_config"].every((name) => existsSync(join(folder, name)))) {
      return false;
    }
    const share = execFileSync(join(folder, "pg_config"), ["--sharedir"], { encoding: "utf8" });
    return existsSync(join(share.trim(), "extension/vector.control"));
  });
}

/**
 * Starts a server that only this process reaches, through a socket in its folder.
 * @param connections how many calls may run at the same time
 */
export async function startPostgres(
  binaries: string,
  connections: number,
): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "postgres-"));
  const account = unprivilegedAccount();
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  const data = join(folder, "data");
  execFileSync(
    join(binaries, "initdb"),
    ["--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync"],
    { ...account, cwd: folder, stdio: "ignore" },
  );
  const settings = ["listen_addresses=", "fsync=off", "deadlock_timeout=100ms"];
  const server = spawn(
    join(binaries, "postgres"),
    ["-D", data, "-k", folder, ...settings.flatMap((setting) => ["-c", setting])],
    { ...account, cwd: folder, stdio: "ignore" },
  );
  const pool = new Pool({ host: folder, user: "postgres", database: "postgres", max: connections });
  // A connection that ends with the server is no news.
  pool.on("error", () => {});

  const query = queryOf(pool);
  await untilItAnswers(query);
  await query(supabaseSql);
  for (const { sql } of await readMigrations(3)) await query(sql);
  const { rows } = await query<{ version: string }>(
    `select 'PostgreSQL ' || current_setting('server_version') || ', pgvector ' || extversion as version
     from pg_extension where extname = 'vector'`,
  );

  return {
    version: rows[0]?.version ?? "",
    query,
    async transaction(run) {
      const client = await pool.connect();
      try {
        await client.query("begin");
        const result = await run({ query: queryOf(client) });
        await client.query("commit");
        return result;
      } catch (error) {
        await client.query("rollback");
        throw error;
      } finally {
        client.release();
      }
    },
    async close() {
      await pool.end();
      const ended = once(server, "exit");
      server.kill("SIGINT");
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

function queryOf(client: Pool | PoolClient): Database["query"] {
  return async <Row>(sql: string, parameters?: unknown[]) => {
    const { rows } = await client.query(sql, parameters);
    const typed: Row[] = rows;
    return { rows: typed };
  };
}

/** PostgreSQL refuses to run as root: there, as the user that Debian makes for it, or as nobody. */
function unprivilegedAccount(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8", stdio: "pipe" }));
    return { uid: id("-u"), gid: id("-g") };
  } catch {
    return { uid: 65_534, gid: 65_534 };
  }
}

async function untilItAnswers(query: Database["query"]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await query("select 1");
      return;
    } catch (error) {
      if (attempt === 100) throw error;
      await setTimeout(100);
    }
  }
}
