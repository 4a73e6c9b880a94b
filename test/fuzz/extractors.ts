/**
 * `npm run fuzz:extractors -- [--documents N] [--seed S] [FORMAT …]`: mutated fixtures → whether an extractor
 * crashes, hangs or takes more memory than it may; without a format for each of them.
 */
import { parseArgs } from "node:util";
import { fuzzExtractor, fuzzedFormats, isFuzzed } from "./extraction.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    documents: { type: "string", default: "10000" },
    seed: { type: "string", default: "1" },
  },
});

const maxMegabytes = 512;

const wanted = positionals.length === 0 ? fuzzedFormats : positionals;
const unknown = wanted.filter((name) => !isFuzzed(name));
if (unknown.length > 0) throw new RangeError(`There is no extractor of ${unknown.join(", ")}.`);

for (const format of wanted.filter(isFuzzed)) {
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
