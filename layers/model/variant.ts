/** A published model and the name of a variant → the model with that variant's graph, compared with its source. */
import { copyFile, link, mkdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { GraphVariant, ModelFile, ModelManifest } from "../../function/model/manifest.ts";
import { setAccuracyLevel } from "./accuracy-level.ts";
import { compareGraphs, type Similarity } from "./compare.ts";
import { digestFile } from "./digest.ts";
import { GraphDivergedError, GraphNotRecognisedError } from "./errors.ts";
import type { Model } from "./obtain.ts";

export interface VariantModel {
  /** The source itself where its graph is the variant's already. */
  readonly model: Model;
  readonly changedNodes: number;
  /** To the source, for each text of the comparison; empty where nothing was changed. */
  readonly similarities: readonly Similarity[];
  /** Why the default variant was not made, where it was not. */
  readonly refusal?: GraphNotRecognisedError | GraphDivergedError;
}

/** Trained weights keep it: all-MiniLM-L6-v2 at least 0.9991. A graph of random ones went down to 0.994. */
const minCosine = 0.998;

/**
 * Makes q4-level4 of a 4-bit model where that can be done, and leaves any other as it was published.
 * @param folder as in {@link makeVariant}
 */
export async function makeDefaultVariant(source: Model, folder: string): Promise<VariantModel> {
  if (source.manifest.dtype !== "q4") return makeVariant(source, "published", folder);
  try {
    return await makeVariant(source, "q4-level4", folder);
  } catch (error) {
    if (!(error instanceof GraphNotRecognisedError || error instanceof GraphDivergedError)) {
      throw error;
    }
    return { ...(await makeVariant(source, "published", folder)), refusal: error };
  }
}

/**
 * Makes the variant in `folder`, which becomes a model folder of its own; the source's stays as it is.
 * @throws {GraphNotRecognisedError} when the source's graph is not what the variant is made of
 * @throws {GraphDivergedError} when a vector is not the source's; the folder is deleted
 */
export async function makeVariant(
  source: Model,
  variant: GraphVariant,
  folder: string,
  options: { readonly minCosine?: number } = {},
): Promise<VariantModel> {
  const unchanged: VariantModel = { model: source, changedNodes: 0, similarities: [] };
  await rm(folder, { recursive: true, force: true });
  if (variant === "published") return unchanged;
  const { graph } = source.manifest;
  const { bytes, changedNodes } = setAccuracyLevel(await readFile(join(source.folder, graph)));
  if (changedNodes === 0) return unchanged;
  const model = await writeModel(source, variant, bytes, folder);
  const similarities = await compareGraphs(source, model);
  const required = options.minCosine ?? minCosine;
  // Not `cosine < required`, which is false for NaN.
  const diverged = similarities.find(({ cosine }) => !(cosine >= required));
  if (diverged !== undefined) {
    await rm(folder, { recursive: true });
    throw new GraphDivergedError(variant, diverged, required);
  }
  return { model, changedNodes, similarities };
}

async function writeModel(
  { folder: source, manifest }: Model,
  variant: GraphVariant,
  graph: Uint8Array,
  folder: string,
): Promise<Model> {
  const files: ModelFile[] = [];
  for (const file of manifest.files) {
    const path = join(folder, file.path);
    await mkdir(dirname(path), { recursive: true });
    if (file.path === manifest.graph) {
      await writeFile(path, graph);
      files.push({ path: file.path, ...(await digestFile(path)) });
    } else {
      await linkOrCopy(join(source, file.path), path);
      files.push(file);
    }
  }
  const written: ModelManifest = { ...manifest, variant, files };
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(written, null, 2)}\n`);
  return { folder, manifest: written };
}

/** Weights of 200 MB need no second place on the disk, unless the folders lie on two. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  // The link must be to the file: ONNX Runtime refuses weights behind a symbolic link.
  await link(await realpath(from), to).catch(() => copyFile(from, to));
}
