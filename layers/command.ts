/**
 * `npm run build -- [--model ID|PATH] [--variant published|q4-level4|int8] [--architecture arm64|x64]
 * [--model-source layer|s3] [--sizes]`: the zips in dist/, or only their sizes.
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { graphVariants } from "../function/model/manifest.ts";
import { buildAll } from "./build.ts";
import { architectures } from "./dependencies/contents.ts";
import { createProgressDisplay } from "./model/progress.ts";
import { modelSources } from "./model-source.ts";
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
      variant: { type: "string" },
      "model-source": { type: "string", default: "layer" },
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
  const modelSource = choose("--model-source", modelSources, values["model-source"]);
  const progress = createProgressDisplay(model, process.stderr);
  const onProgress = progress.show;
  const build = await buildAll({
    distFolder,
    model,
    architecture,
    ...variant,
    modelSource,
    onProgress,
  });
  progress.end();
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

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

await run().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
