/**
 * A document's content → its text, read in a thread of its own that is ended when it takes too long or too much:
 * a document that was made to do harm, or a library's fault, costs that document and nothing else.
 */
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { UnreadableDocumentError } from "../errors.ts";
import type { BinaryFormat, Format } from "./formats.ts";
import type { Extracted } from "./structure.ts";

/** What is decoded before it is read, and needs a library or a limit for that. */
export type ThreadedTextFormat = Exclude<
  Format,
  BinaryFormat | "plain" | "markdown" | "asciidoc" | "code"
>;

export type Extraction =
  | { readonly format: ThreadedTextFormat; readonly text: string }
  | { readonly format: BinaryFormat; readonly bytes: Uint8Array };

export type ExtractionAnswer =
  | { readonly extracted: Extracted }
  | { readonly problem: string }
  | { readonly failure: unknown };

export interface ExtractionLimits {
  readonly milliseconds: number;
  readonly heapMegabytes: number;
  /** Of buffers, which are no part of the heap: what is unpacked lies in them. */
  readonly bufferMegabytes: number;
}

/**
 * Pages of a few hundred KB take less than a second. The memory is what the smallest sensible function (1,024 MB)
 * has beside the model; Node ends the thread, not the process, when its heap is used up.
 */
export const extractionLimits: ExtractionLimits = {
  milliseconds: 10_000,
  heapMegabytes: 256,
  bufferMegabytes: 256,
};

/** A thread unpacks some ten megabytes meanwhile. */
const lookMilliseconds = 50;

/** Beside this file: as TypeScript in the sources, as JavaScript in a bundle. */
const program = join(import.meta.dirname, `extraction-worker${extname(import.meta.filename)}`);

/**
 * Extracts a document's text.
 * @throws {UnreadableDocumentError} for what its bytes are at fault for
 * @throws what stopped the thread otherwise
 */
export async function extractInThread(
  extraction: Extraction,
  limits: ExtractionLimits = extractionLimits,
): Promise<Extracted> {
  const worker = new Worker(program, {
    workerData: extraction,
    // What is read has no business with the credentials, nor the libraries with a console.
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: {
      maxOldGenerationSizeMb: limits.heapMegabytes,
      // What lives briefly comes on top, and takes as much as it may.
      maxYoungGenerationSizeMb: limits.heapMegabytes / 8,
    },
  });
  const answered = Promise.withResolvers<ExtractionAnswer>();
  const tooLarge = (megabytes: number) => ({
    problem: `it takes more than ${megabytes} MB of memory to read. Split it.`,
  });
  worker.on("message", answered.resolve);
  worker.on("error", (error: NodeJS.ErrnoException) =>
    answered.resolve(
      error.code === "ERR_WORKER_OUT_OF_MEMORY"
        ? tooLarge(limits.heapMegabytes)
        : { failure: error },
    ),
  );
  worker.on("exit", () =>
    answered.resolve({ failure: new Error("The thread that reads a document has ended.") }),
  );
  const timer = setTimeout(
    () =>
      answered.resolve({
        problem: `it takes more than ${limits.milliseconds / 1000} s to read. Split it.`,
      }),
    limits.milliseconds,
  );
  const look = setInterval(async () => {
    // A thread that has ended has no statistics, and has answered.
    const statistics = await worker.getHeapStatistics().catch(() => undefined);
    const bytes = statistics?.external_memory ?? 0;
    if (bytes > limits.bufferMegabytes * 2 ** 20)
      answered.resolve(tooLarge(limits.bufferMegabytes));
  }, lookMilliseconds);
  try {
    const answer = await answered.promise;
    if ("extracted" in answer) return answer.extracted;
    if ("problem" in answer) throw new UnreadableDocumentError(answer.problem);
    throw answer.failure;
  } finally {
    clearTimeout(timer);
    clearInterval(look);
    await worker.terminate();
  }
}
