/**
 * `npm run studio [-- --port N] [--model MODEL] [--state FOLDER]`: a page in the browser that shows the local
 * stack: upload, progress, search, map. Only this machine reaches it.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { resolveModel } from "./model.ts";
import { resume } from "./resume.ts";
import { serve } from "./serve.ts";
import { startLocalStack } from "./stack.ts";
import { buildPage } from "./studio/page-files.ts";
import { createProgressStream } from "./studio/progress-stream.ts";
import { createStudio } from "./studio/server.ts";

class UsageError extends Error {
  override readonly name = "UsageError";
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "4600" },
      model: { type: "string" },
      state: { type: "string" },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(
      "Usage: npm run studio [-- --port N, 0 for a free one] [--model MODEL] [--state FOLDER]",
    );
  }
  const model = await resolveModel(values, process.stdout);
  const files = await buildPage();
  const progress = createProgressStream();
  const { telemetry } = progress;
  const stack = await startLocalStack({ folder: model.stateFolder, model, telemetry });
  try {
    await resume(stack);
    const studio = createStudio({ stack, model: model.manifest, progress, files });
    const server = await serve(studio, port);
    print(`Model     ${model.manifest.id}, ${model.manifest.dimensions} dimensions`);
    print(`State     ${model.stateFolder}`);
    print(`Studio    ${server.url}   Ctrl+C ends it`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await server.close();
  } finally {
    await stack.close();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await run().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
