/** The function's own start: its session is begun before the code of its clients is loaded, as in its `index.ts`. */
import { startSessionThread } from "../../function/model/session-thread.ts";
import { folder, reportColdStart, text } from "./cold-start.ts";
import { now } from "./report.ts";

const { session } = startSessionThread(folder);

reportColdStart(async () => {
  const { code } = await import("./function-code.ts");
  const loadedAt = now();
  const variables = { ...process.env, MODEL_PATH: folder };
  const { embedder } = await code.createEnvironment(variables, { openSession: () => session });
  await session;
  return { loadedAt, embed: () => embedder.embedDocument(text) };
});
