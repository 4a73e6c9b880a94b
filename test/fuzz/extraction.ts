/** An extractor and its fixtures → what it made of mutated ones: how many it read and rejected, and the slowest. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import fc from "fast-check";
import { type Extraction, extractionLimits } from "../../function/text/extraction-thread.ts";
import { binaryExtractors, textExtractors } from "../../function/text/extractors.ts";
import { formatOf, isBinary } from "../../function/text/formats.ts";
import { typeOfKey } from "../../function/text/key-types.ts";
import type { FuzzAnswer } from "./extraction-worker.ts";
import { severalMutations } from "./mutation.ts";
import { isPackage, mutatePart } from "./package.ts";
import { tokens } from "./tokens.ts";

export interface ExtractionFuzz {
  readonly documents: number;
  readonly read: number;
  readonly rejected: number;
  readonly slowestMilliseconds: number;
  /** Of the whole process, its highest. */
  readonly peakMegabytes: number;
  /** The number and the fault of the first document that stopped or crashed the extractor. */
  readonly fault?: { readonly document: number; readonly problem: string };
}

/** As in the product. */
const { milliseconds, heapMegabytes } = extractionLimits;
const fixtures = join(import.meta.dirname, "../fixtures/documents");
const program = join(import.meta.dirname, "extraction-worker.ts");

/** Reads mutated fixtures in one thread until one of them hangs or crashes it. The same seed gives the same documents. */
export async function fuzzExtractor(
  format: Extraction["format"],
  { documents, seed }: { readonly documents: number; readonly seed: number },
): Promise<ExtractionFuzz> {
  const all = await readdir(fixtures);
  const names = all.filter((name) => formatOf(typeOfKey(name)) === format).sort();
  // A character a byte, or a character a unit of UTF-16, so that half a pair reaches the extractor, too.
  const encoding = isBinary(format) ? "latin1" : "utf8";
  const toBytes = (text: string) => Buffer.from(text, isBinary(format) ? "latin1" : "utf16le");
  const sources = await Promise.all(names.map((name) => readFile(join(fixtures, name), encoding)));
  const resourceLimits = { maxOldGenerationSizeMb: heapMegabytes };
  const worker = new Worker(program, { workerData: format, resourceLimits });
  let read = 0;
  let rejected = 0;
  let slowestMilliseconds = 0;
  const result = () => {
    const peakMegabytes = Math.round(process.resourceUsage().maxRSS / 1024);
    return { documents, read, rejected, slowestMilliseconds, peakMegabytes };
  };
  try {
    for (const [index, mutate] of fc
      .sample(severalMutations(tokens[format]), { numRuns: documents, seed })
      .entries()) {
      const source = sources[index % sources.length] ?? "";
      const turn = Math.floor(index / sources.length);
      const isInPart = isPackage(format) && turn % 2 === 1;
      const mutated = isInPart
        ? mutatePart(source, Math.floor(turn / 2), mutate)
        : toBytes(mutate(source));
      const answer = await ask(worker, mutated);
      if (typeof answer === "string")
        return { ...result(), fault: { document: index, problem: answer } };
      slowestMilliseconds = Math.max(slowestMilliseconds, Math.round(answer.milliseconds));
      if (answer.problem === undefined) read += 1;
      else rejected += 1;
    }
    return result();
  } finally {
    await worker.terminate();
  }
}

export const fuzzedFormats: readonly string[] = Object.keys({
  ...textExtractors,
  ...binaryExtractors,
});

export function isFuzzed(name: string): name is Extraction["format"] {
  return fuzzedFormats.includes(name);
}

/** What the thread makes of a document, or how it failed at it. */
async function ask(worker: Worker, content: Uint8Array): Promise<FuzzAnswer | string> {
  const { promise, resolve } = Promise.withResolvers<FuzzAnswer | string>();
  const fail = (error: unknown) => resolve(String(error));
  worker.once("message", resolve);
  worker.once("error", fail);
  const timer = setTimeout(() => resolve(`no answer in ${milliseconds} ms`), milliseconds);
  worker.postMessage(content);
  const answer = await promise;
  clearTimeout(timer);
  worker.off("message", resolve);
  worker.off("error", fail);
  return answer;
}
