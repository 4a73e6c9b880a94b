/** A thread that reads document after document with one extractor, and says how each went. */
import { parentPort, workerData } from "node:worker_threads";
import type { ThreadedFormat } from "../../function/text/extraction-thread.ts";
import { loadExtractor } from "../../function/text/extractors.ts";
import { problemOf } from "../../function/text/problem.ts";

export interface FuzzAnswer {
  readonly milliseconds: number;
  readonly problem: string | undefined;
}

const format: ThreadedFormat = workerData;
const read = await loadExtractor[format]();

parentPort?.on("message", (text: string) => {
  const began = performance.now();
  const problem = problemIn(text);
  parentPort?.postMessage({
    milliseconds: performance.now() - began,
    problem,
  } satisfies FuzzAnswer);
});

function problemIn(text: string): string | undefined {
  try {
    const { text: extracted, title = "", structure } = read(text);
    // What Postgres cannot hold is no rejection but a fault.
    if (/\0/.test(extracted + title) || !(extracted + title).isWellFormed())
      throw fault("unstorable text");
    if (structure.marks.some(({ start }) => start >= extracted.length))
      throw fault("a mark outside the text");
    return undefined;
  } catch (error) {
    if (error instanceof Error && error.name === "Fault") throw error;
    return problemOf(error, format);
  }
}

function fault(message: string): Error {
  return Object.assign(new Error(message), { name: "Fault" });
}
