/** The thread that reads one document: its content → its text, or what is wrong with it. */
import { parentPort, workerData } from "node:worker_threads";
import type { Extraction, ExtractionAnswer } from "./extraction-thread.ts";
import { loadExtractor } from "./extractors.ts";
import { problemOf } from "./problem.ts";

const extraction: Extraction = workerData;

async function answer(): Promise<ExtractionAnswer> {
  // What cannot be loaded is no fault of the document's.
  const read = await loadExtractor(extraction);
  try {
    return { extracted: await read() };
  } catch (error) {
    return { problem: problemOf(error, extraction.format) };
  }
}

answer()
  .catch((failure: unknown): ExtractionAnswer => ({ failure }))
  .then((message) => parentPort?.postMessage(message));
