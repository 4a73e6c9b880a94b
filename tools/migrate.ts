/** `npm run migrate -- [--database-url URL] [--model MODEL]`: brings a database's schema to this version. */
import { parseArgs } from "node:util";
import { DimensionMismatchError, reason } from "../function/errors.ts";
import { defaultModelId } from "../layers/models.ts";
import { applyMigrations, type Connection } from "../supabase/migrations.ts";
import { modelDimensions } from "../supabase/model-dimensions.ts";
import { openDatabaseSession } from "./database.ts";
import { parseDatabaseUrl } from "./database-url.ts";

const usage =
  "Usage: DATABASE_URL=postgresql://… npm run migrate [-- --model MODEL], or -- --database-url URL, " +
  "which leaves the password in the shell's history";

class UsageError extends Error {
  override readonly name = "UsageError";
}

async function migrate(): Promise<void> {
  const { values } = parseArgs({
    options: { "database-url": { type: "string" }, model: { type: "string" } },
  });
  const databaseUrl = values["database-url"] || process.env.DATABASE_URL;
  if (databaseUrl === undefined || databaseUrl === "") throw new UsageError(usage);
  const address = parseDatabaseUrl(databaseUrl);
  const model = values.model ?? defaultModelId;
  const dimensions = await modelDimensions(model);

  const session = await openDatabaseSession(address);
  try {
    print(`Database  ${address.database} at ${address.host}`);
    print(`Vectors   ${dimensions} dimensions, as ${model} gives them`);
    for (const { migration, isNew } of await applyMigrations(session, dimensions)) {
      print(
        `  ${isNew ? "✓" : "="} ${migration.version}_${migration.name}  ${isNew ? "applied" : "applied before"}`,
      );
    }
    await checkDimensions(session, dimensions);
  } finally {
    await session.close();
  }
}

/** The table may be older than this run, and for another model. */
async function checkDimensions(connection: Connection, dimensions: number): Promise<void> {
  const { rows } = await connection.query(
    "select atttypmod as dimensions from pg_attribute where attrelid = $1::regclass and attname = $2",
    ["public.content_embeddings", "embedding"],
  );
  const [found] = rows;
  const tableDimensions =
    typeof found === "object" && found !== null && "dimensions" in found ? found.dimensions : 0;
  if (tableDimensions !== dimensions) {
    throw new DimensionMismatchError(Number(tableDimensions), dimensions);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await migrate().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
