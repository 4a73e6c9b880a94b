/** The function's own code: its handlers, and its environment as they make it. */
import { createEnvironment } from "../../function/environment.ts";
import { ingest, search } from "../../function/handler.ts";
import { folder, reportColdStart, text } from "./cold-start.ts";
import { now } from "./report.ts";

const loadedAt = now();
// Named, so that the bundle has all that the function's has.
Object.assign(globalThis, { handlers: [ingest, search] });

reportColdStart(loadedAt, async () => {
  const { embedder } = await createEnvironment({ ...process.env, MODEL_PATH: folder });
  return () => embedder.embedDocument(text);
});
