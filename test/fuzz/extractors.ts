/**
 * `npm run fuzz:extractors -- [--documents N] [--seed S]`: mutated fixtures → whether an extractor crashes, hangs or
 * takes more memory than it may.
 */
import { parseArgs } from "node:util";
import { fuzzExtractor } from "./extraction.ts";

const { values } = parseArgs({
  options: {
    documents: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});

const maxMegabytes = 512;

for (const format of ["html"] as const) {
  const { documents, read, rejected, slowestMilliseconds, peakMegabytes, fault } =
    await fuzzExtractor(format, {
      documents: Number(values.documents),
      seed: Number(values.seed),
    });
  process.stdout.write(
    `${format}: ${documents} documents, ${read} read, ${rejected} rejected; ` +
      `slowest ${slowestMilliseconds} ms, peak ${peakMegabytes} MB\n`,
  );
  if (fault !== undefined) process.stdout.write(`  document ${fault.document}: ${fault.problem}\n`);
  if (fault !== undefined || peakMegabytes > maxMegabytes) process.exitCode = 1;
}
