/** A thread that reads document after document with one extractor, and says how each went. */
import { parentPort, workerData } from "node:worker_threads";
import type { Extraction } from "../../function/text/extraction-thread.ts";
import { loadExtractor } from "../../function/text/extractors.ts";
import { isBinary } from "../../function/text/formats.ts";
import { problemOf } from "../../function/text/problem.ts";
import type { Extracted } from "../../function/text/structure.ts";

export interface FuzzAnswer {
  readonly milliseconds: number;
  readonly problem: string | undefined;
}

const format: Extraction["format"] = workerData;

parentPort?.on("message", async (content: Uint8Array) => {
  const extraction: Extraction = isBinary(format)
    ? { format, bytes: content }
    : { format, text: Buffer.from(content).toString("utf16le") };
  const read = await loadExtractor(extraction);
  const began = performance.now();
  const problem = await problemIn(read);
  parentPort?.postMessage({
    milliseconds: performance.now() - began,
    problem,
  } satisfies FuzzAnswer);
});

async function problemIn(read: () => Extracted | Promise<Extracted>): Promise<string | undefined> {
  try {
    const { text: extracted, title = "", structure } = await read();
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
