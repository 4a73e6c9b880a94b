/** The registry's models and Lambda's architectures → how much of the limit each pair takes, without a download. */

import type { ModelManifest } from "../function/model/manifest.ts";
import { limitBytes, sumBytes } from "./budget.ts";
import { type Architecture, architectures, dependenciesContents } from "./dependencies/contents.ts";
import { functionContents } from "./function/contents.ts";
import { modelContents } from "./model/contents.ts";
import { createManifest, models, type PinnedModel } from "./models.ts";

export interface Size {
  readonly model: string;
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
    for (const [id, model] of Object.entries<PinnedModel>(models)) {
      const modelBytes = sumBytes(
        modelContents({ folder: "", manifest: builtManifest(id, model) }),
      );
      const unzippedBytes = functionBytes + dependenciesBytes + modelBytes;
      sizes.push({
        model: id,
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

/** With the tokenizer that the layer has. The graph's variant is 4 KB larger than the published graph. */
function builtManifest(id: string, model: PinnedModel): ModelManifest {
  const manifest = createManifest(id, model);
  const { compiledTokenizerBytes: bytes } = model;
  const files = manifest.files.map((file) =>
    file.path === model.tokenizer && bytes !== undefined ? { ...file, bytes } : file,
  );
  return { ...manifest, files };
}
