/** `npm run build -- [--model ID|PATH] [--architecture arm64|x64] [--sizes]`: the zips in dist/, or only their sizes. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { buildAll } from "./build.ts";
import { type Architecture, architectures } from "./dependencies/contents.ts";
import { createProgressDisplay } from "./model/progress.ts";
import { defaultModelId } from "./models.ts";
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
  const progress = createProgressDisplay(model, process.stderr);
  const build = await buildAll({ distFolder, model, architecture, onProgress: progress.show });
  progress.end();
  print(buildTable(build));
}

function parseArchitecture(name: string): Architecture {
  const architecture = architectures.find((known) => known === name);
  if (architecture !== undefined) return architecture;
  throw new UsageError(`--architecture must be ${architectures.join(" or ")}, not ${name}.`);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

await run().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
