/** `node killed-run.ts STATE PATH CHUNKS`: a local run that is killed once so many chunks are stored. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { resolveModel } from "../../local/model.ts";
import { startLocalStack } from "../../local/stack.ts";
import { createTerminal } from "../../local/terminal.ts";

const [state = "", path = "", chunks = ""] = process.argv.slice(2);
const model = await resolveModel({ state }, process.stdout);
const { telemetry } = createTerminal(process.stdout);
const stack = await startLocalStack({
  folder: model.stateFolder,
  model,
  telemetry: {
    ...telemetry,
    progressed(_object, progress) {
      if (progress.stage === "embed" && progress.embedded === Number(chunks)) {
        process.kill(process.pid, "SIGKILL");
      }
    },
  },
});
await stack.upload(basename(path), await readFile(path));
