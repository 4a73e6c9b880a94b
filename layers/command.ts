/** `npm run build -- [--model ID|PATH] [--architecture arm64|x64] [--sizes]`: the zips in dist/, or only their sizes. */
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { limitBytes } from "./budget.ts";
import { type Build, buildAll } from "./build.ts";
import { type Architecture, architectures } from "./dependencies/contents.ts";
import type { DownloadProgress } from "./model/download.ts";
import { defaultModelId, isModelId, models } from "./models.ts";
import { type Size, sizeReport } from "./sizes.ts";

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
  if (isModelId(model))
    print([`${model} is under ${models[model].licence.name}: ${models[model].licence.url}`]);
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

function buildTable(build: Build): string[] {
  const { functionZip, dependenciesLayer, modelLayer, unzippedBytes } = build;
  return table([
    ["", "zipped", "unzipped", "SHA-256"],
    ...[functionZip, dependenciesLayer, modelLayer].map((zip) => [
      relative(process.cwd(), zip.path),
      count(zip.zippedBytes),
      count(zip.unzippedBytes),
      zip.sha256,
    ]),
    [`of ${count(limitBytes)}`, "", count(unzippedBytes), share(unzippedBytes / limitBytes)],
  ]);
}

function sizeTable(sizes: readonly Size[]): string[] {
  return table([
    [
      "bytes, unzipped",
      "",
      "function",
      "dependencies",
      "model",
      "together",
      `of ${count(limitBytes)}`,
    ],
    ...sizes.map((size) => [
      size.model,
      size.architecture,
      count(size.functionBytes),
      count(size.dependenciesBytes),
      count(size.modelBytes),
      count(size.unzippedBytes),
      share(size.shareOfLimit) + (size.shareOfLimit > 1 ? ", too large" : ""),
    ]),
  ]);
}

/** Aligns the columns: the first to the left, those of numbers to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column)),
      )
      .join("  "),
  );
}

function count(bytes: number): string {
  return bytes.toLocaleString("en");
}

function share(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}

await run().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
