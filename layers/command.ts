/**
 * `npm run build -- [--model ID|PATH] [--variant published|q4-level4] [--architecture arm64|x64] [--sizes]`:
 * the zips in dist/, or only their sizes.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { graphVariants } from "../function/model/manifest.ts";
import { buildAll } from "./build.ts";
import { architectures } from "./dependencies/contents.ts";
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
      variant: { type: "string" },
      sizes: { type: "boolean", default: false },
    },
  });
  const { model, sizes } = values;
  if (sizes) {
    print(sizeTable(await sizeReport()));
    return;
  }
  const architecture = choose("--architecture", architectures, values.architecture);
  const variant =
    values.variant === undefined
      ? {}
      : { variant: choose("--variant", graphVariants, values.variant) };
  if (isModelId(model)) {
    const { name, url } = models[model].licence;
    print([`${model} is under ${name}: ${url}`]);
  }
  const onProgress = createProgress();
  const build = await buildAll({ distFolder, model, architecture, ...variant, onProgress });
  print(buildTable(build));
}

function choose<Choice extends string>(
  option: string,
  choices: readonly Choice[],
  name: string,
): Choice {
  const choice = choices.find((known) => known === name);
  if (choice !== undefined) return choice;
  throw new UsageError(`${option} must be ${choices.join(" or ")}, not ${name}.`);
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
