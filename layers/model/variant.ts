/** A published model and the name of a variant → the model with that variant's graph, compared with its source. */
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { GraphVariant } from "../../function/model/manifest.ts";
import { setAccuracyLevel } from "./accuracy-level.ts";
import { compareGraphs, type Similarity } from "./compare.ts";
import { readComparison, writeComparison } from "./comparison.ts";
import { replaceFile, writeDerivedModel } from "./derive.ts";
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
  const { graph } = source.manifest;
  const change =
    variant === "published"
      ? undefined
      : setAccuracyLevel(await readFile(join(source.folder, graph)));
  if (change === undefined || change.changedNodes === 0) {
    await rm(folder, { recursive: true, force: true });
    return unchanged;
  }
  const { bytes, changedNodes } = change;
  const replacement = { path: graph, newPath: graph, bytes };
  const files = replaceFile(source.manifest.files, replacement);
  const model = { folder, manifest: { ...source.manifest, variant, files } };
  let similarities = await readComparison(model);
  if (similarities === undefined) {
    await writeDerivedModel(source, model, replacement);
    similarities = await compareGraphs(source, model);
    await writeComparison(model, similarities);
  }
  const required = options.minCosine ?? minCosine;
  // Not `cosine < required`, which is false for NaN.
  const diverged = similarities.find(({ cosine }) => !(cosine >= required));
  if (diverged !== undefined) {
    await rm(folder, { recursive: true });
    throw new GraphDivergedError(variant, diverged, required);
  }
  return { model, changedNodes, similarities };
}
