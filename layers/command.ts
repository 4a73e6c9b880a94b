/** `npm run build -- [--model ID|PATH] [--architecture arm64|x64] [--sizes]`: the zips in dist/, or only their sizes. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { buildAll } from "./build.ts";
import { type Architecture, architectures } from "./dependencies/contents.ts";
import type { DownloadProgress } from "./model/download.ts";
import { defaultModelId, isModelId, models } from "./models.ts";
import { buildTable, sizeTable } from "./report.ts";
import { sizeReport } from "./sizes.ts";

const distFolder = fileURLToPath(new URL("../dist", import.meta.url));

class UsageError extends Error {
  override readonly name = "UsageError";
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string", default: defaultModelId },
      architecture: { type: "string", default: "arm64" },
      sizes: { type: "boolean", default: false },
    },
  });
  const { model, sizes } = values;
  if (sizes) {
    print(sizeTable(await sizeReport()));
    return;
  }
  const architecture = parseArchitecture(values.architecture);
  if (isModelId(model)) {
    const { name, url } = models[model].licence;
    print([`${model} is under the ${name}: ${url}`]);
  }
  const build = await buildAll({ distFolder, model, architecture, onProgress: createProgress() });
  print(buildTable(build));
}

function parseArchitecture(name: string): Architecture {
  const architecture = architectures.find((known) => known === name);
  if (architecture !== undefined) return architecture;
  throw new UsageError(`--architecture must be ${architectures.join(" or ")}, not ${name}.`);
}

/** One line for a file on a terminal, rewritten as it grows; elsewhere only when it is complete. */
function createProgress(): (progress: DownloadProgress) => void {
  const { stderr } = process;
  return ({ path, receivedBytes, totalBytes }) => {
    const isComplete = receivedBytes === totalBytes;
    if (!stderr.isTTY && !isComplete) return;
    const percent = Math.floor((100 * receivedBytes) / totalBytes);
    stderr.write(`${stderr.isTTY ? "\r\x1b[K" : ""}${path}  ${percent} %${isComplete ? "\n" : ""}`);
  };
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

await run().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
