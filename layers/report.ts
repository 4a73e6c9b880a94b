/** A build, or the sizes of the models → aligned lines for a person. */
import { relative } from "node:path";
import { limitBytes } from "./budget.ts";
import type { Build } from "./build.ts";
import type { Size } from "./sizes.ts";

export function buildTable(build: Build): string[] {
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

export function sizeTable(sizes: readonly Size[]): string[] {
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
