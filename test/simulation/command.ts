/**
 * `npm run simulate -- [--runs N] [--seed N] [--no-shrink]`: draws a history from each seed and plays it. A
 * divergence is shrunk, printed, and ends the run with exit code 1.
 * `npm run simulate -- --burst EVENTS [--concurrency N]`: plays so many events that come at once.
 */
import { parseArgs } from "node:util";
import { openDatabase } from "../../local/database.ts";
import { createBurst } from "./burst.ts";
import { playSeed } from "./play.ts";
import { describeProgress, describeTotals } from "./report.ts";
import { createTotals, simulate } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string" },
    seed: { type: "string", default: "1" },
    shrink: { type: "boolean", default: true },
    burst: { type: "string" },
    concurrency: { type: "string", default: "10" },
  },
  allowNegative: true,
});
const firstSeed = Number(values.seed);
const runs =
  values.burst === undefined ? Number(values.runs ?? (values.seed === "1" ? 1_000 : 1)) : 0;
const { stdout } = process;

const database = await openDatabase(3);
const totals = createTotals();
const began = performance.now();
if (values.burst !== undefined) {
  await simulate(database, createBurst(Number(values.burst), Number(values.concurrency)), totals);
}
for (let run = 0; run < runs; run += 1) {
  const divergence = await playSeed(database, firstSeed + run, totals, values.shrink);
  if (divergence !== undefined) {
    stdout.write(`\n\n${divergence}\n`);
    process.exitCode = 1;
    break;
  }
  // Deleted rows and their places in the index pile up until the tables are cut.
  if (run % 100 === 99) await database.exec("truncate content_embeddings, source_objects");
  stdout.write(describeProgress(run + 1, runs, stdout.isTTY));
}
stdout.write(`\n${describeTotals(totals, (performance.now() - began) / 1_000)}\n`);
await database.close();
