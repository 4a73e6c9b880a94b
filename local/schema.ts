/** `npm run schema -- --model MODEL | --dimensions N`: prints the migrations for another model's vectors. */
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { defaultModelId } from "../layers/models.ts";
import { readMigrations } from "../supabase/migrations.ts";
import { modelDimensions } from "../supabase/model-dimensions.ts";

async function printSchema(): Promise<void> {
  const { values } = parseArgs({
    options: { model: { type: "string", default: defaultModelId }, dimensions: { type: "string" } },
  });
  const dimensions =
    values.dimensions === undefined
      ? await modelDimensions(values.model)
      : Number(values.dimensions);
  // pgvector indexes up to 2,000 dimensions with HNSW. https://github.com/pgvector/pgvector#hnsw
  if (!Number.isInteger(dimensions) || dimensions < 1 || dimensions > 2000) {
    throw new RangeError(
      `--dimensions must be a whole number from 1 to 2000, not ${values.dimensions}.`,
    );
  }
  for (const { sql } of await readMigrations(dimensions)) process.stdout.write(sql);
}

await printSchema().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
