/**
 * `npm run fuzz:tokenizer -- [--strings N] [--seed S] [--tokenizer PATH]`: random texts → whether a compiled
 * tokenizer gives the ids and counts of `@huggingface/tokenizers`; without a path for the test's two.
 */
import { parseArgs } from "node:util";
import { reason } from "../../function/errors.ts";
import { embeddingGemmaDefinition, readDefinition, tinyDefinition } from "../models/tokenizers.ts";
import { compareWithLibrary } from "./compare.ts";
import { describeComparison } from "./report.ts";

async function fuzz(): Promise<void> {
  const { values } = parseArgs({
    options: {
      strings: { type: "string", default: "100000" },
      seed: { type: "string", default: "1" },
      tokenizer: { type: "string" },
    },
  });
  const options = {
    strings: parseInteger("strings", values.strings),
    seed: parseInteger("seed", values.seed),
  };
  const definitions =
    values.tokenizer === undefined
      ? { "tiny-embeddinggemma": tinyDefinition, embeddinggemma: embeddingGemmaDefinition }
      : { [values.tokenizer]: readDefinition.bind(undefined, values.tokenizer) };
  for (const [name, read] of Object.entries(definitions)) {
    const comparison = compareWithLibrary(await read(), options);
    process.stdout.write(`${describeComparison(name, comparison)}\n`);
    if (comparison.difference !== undefined) process.exitCode = 1;
  }
}

function parseInteger(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new RangeError(`--${option} must be a whole number, not ${text}`);
}

await fuzz().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
