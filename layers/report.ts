/** A build, or the sizes of the models → aligned lines for a person. */
import { relative } from "node:path";
import { limitBytes } from "./budget.ts";
import type { Build } from "./build.ts";
import type { CompiledModel } from "./model/compiled-model.ts";
import type { VariantModel } from "./model/variant.ts";
import type { ModelObjects } from "./model-objects.ts";
import type { Size } from "./sizes.ts";
import { table } from "./table.ts";

export function buildTable(build: Build): string[] {
  const { functionZip, dependenciesLayer, modelLayer, modelObjects, unzippedBytes } = build;
  const zips = [functionZip, dependenciesLayer, ...(modelLayer ? [modelLayer] : [])];
  const sizes = table([
    ["", "zipped", "unzipped", "SHA-256"],
    ...zips.map((zip) => [
      relative(process.cwd(), zip.path),
      count(zip.zippedBytes),
      count(zip.unzippedBytes),
      zip.sha256,
    ]),
    [`of ${count(limitBytes)}`, "", count(unzippedBytes), share(unzippedBytes / limitBytes)],
  ]);
  return [
    ...sizes,
    ...(modelObjects ? describeObjects(modelObjects) : []),
    describeVariant(build.variant),
    describeTokenizer(build.compiled),
  ];
}

function describeObjects({ objects }: ModelObjects): string[] {
  return table([
    ["Read from S3", "bytes", "SHA-256"],
    ...objects.map(({ sourcePath, bytes, sha256 }) => [
      relative(process.cwd(), sourcePath),
      count(bytes),
      sha256,
    ]),
  ]);
}

function describeVariant({ model, similarities, refusals }: VariantModel): string {
  const least = Math.min(...similarities.map(({ cosine }) => cosine));
  const comparison =
    similarities.length === 0
      ? ""
      : `; cosine to what it is made from at least ${least.toFixed(6)} over ${similarities.length} texts`;
  const reasons = refusals.map(({ message }) => `. ${message}`).join("");
  return `Graph: ${model.manifest.variant}${comparison}${reasons}`;
}

export function sizeTable(sizes: readonly Size[]): string[] {
  return table([
    [
      "bytes, unzipped",
      "",
      "",
      "function",
      "dependencies",
      "model",
      "together",
      `of ${count(limitBytes)}`,
    ],
    ...sizes.map((size) => [
      size.model,
      size.quantization,
      size.architecture,
      count(size.functionBytes),
      count(size.dependenciesBytes),
      count(size.modelBytes),
      count(size.unzippedBytes),
      share(size.shareOfLimit) + (size.shareOfLimit > 1 ? ", too large" : ""),
    ]),
  ]);
}

function describeTokenizer({ model, refusal }: CompiledModel): string {
  const path = `Tokenizer: ${model.manifest.tokenizer}`;
  return refusal === undefined ? path : `${path}. ${refusal.message}`;
}

function count(bytes: number): string {
  return bytes.toLocaleString("en");
}

function share(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}
