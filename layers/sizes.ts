/** The registry's models and Lambda's architectures → how much of the limit each pair takes, without a download. */

import type { ModelManifest } from "../function/model/manifest.ts";
import { limitBytes, sumBytes } from "./budget.ts";
import { type Architecture, architectures, dependenciesContents } from "./dependencies/contents.ts";
import { functionContents } from "./function/contents.ts";
import { modelContents } from "./model/contents.ts";
import { createManifest, models, type PinnedModel } from "./models.ts";

export interface Size {
  readonly model: string;
  /** The number format of the weights. */
  readonly quantization: string;
  readonly architecture: Architecture;
  readonly functionBytes: number;
  readonly dependenciesBytes: number;
  readonly modelBytes: number;
  readonly unzippedBytes: number;
  /** Above 1 Lambda does not take them. */
  readonly shareOfLimit: number;
}

/** Adds up the pinned sizes of each model's files, the packed dependencies and the bundled function. */
export async function sizeReport(): Promise<readonly Size[]> {
  const functionBytes = sumBytes(await functionContents());
  const sizes: Size[] = [];
  for (const architecture of architectures) {
    const dependenciesBytes = sumBytes(await dependenciesContents(architecture));
    for (const { model, quantization, manifest } of builtModels()) {
      const modelBytes = sumBytes(modelContents({ folder: "", manifest }));
      const unzippedBytes = functionBytes + dependenciesBytes + modelBytes;
      sizes.push({
        model,
        quantization,
        architecture,
        functionBytes,
        dependenciesBytes,
        modelBytes,
        unzippedBytes,
        shareOfLimit: unzippedBytes / limitBytes,
      });
    }
  }
  return sizes;
}

function builtModels() {
  return Object.entries<PinnedModel>(models).flatMap(([id, model]) => {
    const manifest = builtManifest(id, model);
    const built = { model: id, quantization: model.dtype, manifest };
    if (model.fullPrecision === undefined) return [built];
    const { int8Bytes } = model.fullPrecision;
    const tokenizer = manifest.files.filter(({ path }) => path === manifest.tokenizer);
    const int8 = { path: "onnx/int8.onnx", bytes: int8Bytes, sha256: "" };
    return [
      built,
      { ...built, quantization: "int8", manifest: { ...manifest, files: [int8, ...tokenizer] } },
    ];
  });
}

/** With the tokenizer that the layer has. What is made of a published 4-bit graph is not larger than it. */
function builtManifest(id: string, model: PinnedModel): ModelManifest {
  const manifest = createManifest(id, model);
  const { compiledTokenizerBytes: bytes } = model;
  const files = manifest.files.map((file) =>
    file.path === model.tokenizer && bytes !== undefined ? { ...file, bytes } : file,
  );
  return { ...manifest, files };
}
