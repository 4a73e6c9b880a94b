/**
 * `npm run bench -- [--json] [--runs N] [--model PATH] [--quick]`: what the function takes, beside the plain way
 * to do the same. `--quick`: a few short figures, to see that everything runs.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { type Benchmark, runBenchmark } from "./benchmark.ts";
import type { BenchmarkOptions } from "./measurements/options.ts";
import { localFolder, prepareModel } from "./model.ts";
import { buildPrograms } from "./programs.ts";
import { benchmarkReport } from "./report.ts";
import { keepSpeed, speedOf, speedPath } from "./speed.ts";

const whole: Omit<BenchmarkOptions, "runs"> = {
  lengths: [16, 64, 256, 512, 1024, 2048],
  coldStartLengths: [200, 2048],
  documents: 10,
};
const quick: Omit<BenchmarkOptions, "runs"> = {
  lengths: [16, 64],
  coldStartLengths: [32],
  documents: 1,
};

class UsageError extends Error {
  override readonly name = "UsageError";
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      quick: { type: "boolean", default: false },
      runs: { type: "string", default: "5" },
      model: { type: "string" },
    },
  });
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new UsageError(`--runs must be a whole number of at least 1, not ${values.runs}.`);
  }
  const options = { ...(values.quick ? quick : whole), runs };
  const benchmark = await measure(values.model, options);
  if (!values.quick && values.model === undefined) {
    await keepSpeed(speedPath, speedOf(benchmark.model, benchmark.cost));
  }
  const lines = values.json ? [JSON.stringify(benchmark, null, 2)] : benchmarkReport(benchmark);
  process.stdout.write(`${lines.join("\n")}\n`);
}

async function measure(folder: string | undefined, options: BenchmarkOptions): Promise<Benchmark> {
  const showSubject = (subject: string) => process.stderr.write(`… ${subject}\n`);
  await mkdir(localFolder, { recursive: true });
  // Inside the repository, where programs find the packages that are not bundled.
  const workFolder = await mkdtemp(join(localFolder, "bench-"));
  try {
    showSubject("the model and the programs");
    const model = await prepareModel(folder, workFolder);
    const programs = await buildPrograms(workFolder);
    return await runBenchmark(model, programs, options, showSubject);
  } finally {
    await rm(workFolder, { recursive: true });
  }
}

await run().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
