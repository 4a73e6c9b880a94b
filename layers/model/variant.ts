/** A published model and the name of a variant → the model with that variant's graph, compared with its source. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { GraphVariant } from "../../function/model/manifest.ts";
import { setAccuracyLevel } from "./accuracy-level.ts";
import { compareGraphs, type Similarity } from "./compare.ts";
import { readComparison, writeComparison } from "./comparison.ts";
import { type Derivation, deriveModel } from "./derive.ts";
import { GraphDivergedError, GraphNotRecognisedError } from "./errors.ts";
import { type RebuiltVariant, rebuildGemma } from "./gemma/rebuild.ts";
import type { Model } from "./obtain.ts";

export interface VariantModel {
  /** The source itself where its graph is the variant's already. */
  readonly model: Model;
  /** To what it is made from, for each text of the comparison; empty where nothing was changed. */
  readonly similarities: readonly Similarity[];
  /** Why it is not made in a better way. */
  readonly refusals: readonly GraphRefusal[];
}

export interface VariantOptions {
  /** The same model in fp32: what `int8` is made from, and compared with. Without it the source. */
  readonly fullPrecision?: Model;
  /** Instead of what trained weights keep. */
  readonly minCosine?: number;
}

type GraphRefusal = GraphNotRecognisedError | GraphDivergedError;

/** Trained weights keep them. A graph of random ones went down to 0.994 with q4-level4. */
const minCosines: Readonly<Record<RebuiltVariant, number>> = { "q4-level4": 0.998, int8: 0.99 };

/**
 * Makes q4-level4 of a 4-bit model where that can be done, and leaves any other as it was published.
 * @param folder as in {@link makeVariant}
 */
export async function makeDefaultVariant(source: Model, folder: string): Promise<VariantModel> {
  if (source.manifest.dtype !== "q4") return makeVariant(source, "published", folder);
  try {
    return await makeVariant(source, "q4-level4", folder);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ...(await makeVariant(source, "published", folder)), refusals: [error] };
  }
}

/**
 * Makes the variant in `folder`, which becomes a model folder of its own; the source's stays as it is. A graph that
 * cannot be built anew as q4-level4 gets the level alone.
 * @throws {GraphNotRecognisedError} when the source's graph is not what the variant is made of
 * @throws {GraphDivergedError} when a vector is not the reference's; the folder is deleted
 */
export async function makeVariant(
  source: Model,
  variant: GraphVariant,
  folder: string,
  options: VariantOptions = {},
): Promise<VariantModel> {
  if (variant === "published") return leaveAsPublished(source, folder);
  const { fullPrecision = source, minCosine = minCosines[variant] } = options;
  const reference = variant === "int8" ? fullPrecision : source;
  const derive = async (derivation: Derivation) =>
    deriveAndCompare(source, folder, derivation, { variant, reference, minCosine });
  try {
    return await derive(await rebuildGemma(source, reference, variant));
  } catch (error) {
    if (variant !== "q4-level4" || !isRefusal(error)) throw error;
    const derivation = await deriveAccuracyLevel(source);
    const made = derivation === undefined ? leaveAsPublished(source, folder) : derive(derivation);
    return { ...(await made), refusals: [error] };
  }
}

async function leaveAsPublished(source: Model, folder: string): Promise<VariantModel> {
  await rm(folder, { recursive: true, force: true });
  return { model: source, similarities: [], refusals: [] };
}

/** `undefined` where each node has the level. */
async function deriveAccuracyLevel({ folder, manifest }: Model): Promise<Derivation | undefined> {
  const path = manifest.graph;
  const { bytes, changedNodes } = setAccuracyLevel(await readFile(join(folder, path)));
  if (changedNodes === 0) return;
  return {
    replaced: [path],
    added: [{ path, write: (target) => writeFile(target, bytes) }],
    facts: { variant: "q4-level4" },
  };
}

async function deriveAndCompare(
  source: Model,
  folder: string,
  derivation: Derivation,
  comparison: {
    readonly variant: GraphVariant;
    readonly reference: Model;
    readonly minCosine: number;
  },
): Promise<VariantModel> {
  const { variant, reference, minCosine } = comparison;
  const last = await readComparison(folder);
  const model = await deriveModel(source, folder, derivation);
  const similarities = isDeepStrictEqual(last?.manifest, model.manifest)
    ? (last?.similarities ?? [])
    : await compareGraphs(reference, model);
  await writeComparison(model, similarities);
  // Not `cosine < minCosine`, which is false for NaN.
  const diverged = similarities.find(({ cosine }) => !(cosine >= minCosine));
  if (diverged === undefined) return { model, similarities, refusals: [] };
  await rm(folder, { recursive: true });
  throw new GraphDivergedError(variant, diverged, minCosine);
}

function isRefusal(error: unknown): error is GraphRefusal {
  return error instanceof GraphNotRecognisedError || error instanceof GraphDivergedError;
}
