/**
 * `npm run evaluate -- [DATASET] [--model MODEL]… [--chunk-tokens N]… [--headings] [--limit-queries N] [--json]`:
 * how well each way to search finds what answers the questions of a dataset in BEIR's layout. `--headings`: also with
 * each chunk's headings embedded. `--limit-queries`: the first N questions alone.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { defaultChunkTokens } from "../function/settings.ts";
import { type LocalModel, resolveModel } from "../local/model.ts";
import { type Dataset, readDataset } from "./dataset.ts";
import { type Configuration, type Evaluation, evaluate } from "./evaluation.ts";
import { meanMetrics } from "./metrics.ts";
import { evaluationReport } from "./report.ts";
import { wayNames } from "./ways.ts";

const includedDataset = fileURLToPath(new URL("dataset", import.meta.url));
const leastChunkTokens = 32;

class UsageError extends Error {
  override readonly name = "UsageError";
}

async function run(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      model: { type: "string", multiple: true },
      "chunk-tokens": { type: "string", multiple: true },
      headings: { type: "boolean", default: false },
      "limit-queries": { type: "string" },
      json: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  const [folder = includedDataset, ...others] = positionals;
  if (others.length > 0) throw new UsageError(`One dataset at a time, not ${others[0]} as well.`);
  const sizes = values["chunk-tokens"]?.map((size) =>
    whole("--chunk-tokens", size, leastChunkTokens),
  ) ?? [defaultChunkTokens];
  const limit =
    values["limit-queries"] === undefined
      ? Number.POSITIVE_INFINITY
      : whole("--limit-queries", values["limit-queries"], 1);

  const { documents, queries } = await readDataset(folder);
  const dataset = { documents, queries: queries.slice(0, limit) };
  if (dataset.queries.length === 0) throw new UsageError(`${folder} has no question to ask.`);
  const models: LocalModel[] = [];
  for (const model of values.model ?? [undefined]) {
    models.push(await resolveModel(model === undefined ? {} : { model }, process.stderr));
  }
  const evaluations: Evaluation[] = [];
  for (const configuration of configurations(models, sizes, values.headings)) {
    const { model, chunkTokens, headings } = configuration;
    process.stderr.write(
      `… ${model.manifest.id}, ${chunkTokens} tokens${headings === "none" ? "" : ", headings"}: ` +
        `${documents.length} documents\n`,
    );
    evaluations.push(await evaluate(dataset, configuration));
  }
  const lines = values.json
    ? [JSON.stringify(toJson(dataset, evaluations), null, 2)]
    : evaluationReport(dataset, evaluations);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function configurations(
  models: readonly LocalModel[],
  sizes: readonly number[],
  comparesHeadings: boolean,
): Configuration[] {
  const variants: readonly Configuration["headings"][] = comparesHeadings
    ? ["none", "embedded"]
    : ["none"];
  return models.flatMap((model) =>
    sizes.flatMap((chunkTokens) =>
      variants.map((headings) => ({ model, chunkTokens, headings, leavesRoom: comparesHeadings })),
    ),
  );
}

function toJson({ documents, queries }: Dataset, evaluations: readonly Evaluation[]): object {
  return {
    documents: documents.length,
    queries: queries.length,
    evaluations: evaluations.map(({ measured, ...evaluation }) => ({
      ...evaluation,
      ways: Object.fromEntries(
        wayNames.map((way) => [
          way,
          {
            ...meanMetrics(measured[way]),
            queries: queries.map(({ id }, index) => ({ id, ...measured[way][index] })),
          },
        ]),
      ),
    })),
  };
}

function whole(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new UsageError(`${option} must be a whole number of at least ${least}, not ${text}.`);
}

await run().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
