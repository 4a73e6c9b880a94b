/** What a model folder holds and how its graph is to be used: `manifest.json` beside the graph. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { ModelFolderError, reason } from "../errors.ts";

const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));

/**
 * `published`: to the byte; `q4-level4`: 4-bit weights whose matrix products are computed in int8; `int8`: weights
 * of 8 bits made from the published fp32 ones, and the 4-bit embedding table.
 */
export const graphVariants = ["published", "q4-level4", "int8"] as const;
export type GraphVariant = (typeof graphVariants)[number];

const manifestSchema = v.object({
  id: v.string(),
  /** The graph's number format in transformers.js's words: `fp32`, `q8`, `q4`. */
  dtype: v.string(),
  /** What was made of the published graph. */
  variant: v.optional(v.picklist(graphVariants), "published"),
  dimensions: positiveInteger,
  /** Most tokens that the graph takes at once, special tokens included. */
  windowTokens: positiveInteger,
  /** Put in front of a text before it is embedded. */
  prompts: v.object({ document: v.string(), query: v.string() }),
  /** Goes up when `prompts` change, since vectors made with other prompts must not be mixed. */
  promptVersion: positiveInteger,
  /** `none`: the graph's `sentence_embedding` as it is; `mean`: `last_hidden_state`, averaged. */
  pooling: v.picklist(["none", "mean"]),
  /** Paths inside the folder, with forward slashes. */
  graph: v.string(),
  tokenizer: v.string(),
  /** Every file that the function reads, the graph's external data included; `sha256` in hex. */
  files: v.array(v.object({ path: v.string(), bytes: v.number(), sha256: v.string() })),
  licence: v.object({ name: v.string(), url: v.string() }),
});

export type ModelManifest = v.InferOutput<typeof manifestSchema>;
export type ModelFile = ModelManifest["files"][number];

/**
 * Reads a model folder's manifest.
 * @throws {ModelFolderError} when it is missing or not a manifest
 */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const path = join(folder, "manifest.json");
  try {
    return v.parse(manifestSchema, JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    throw new ModelFolderError(folder, `${path} is missing or no manifest: ${reason(cause)}.`, {
      cause,
    });
  }
}

/**
 * The name that embeddings are stored under (`metadata.model`): id, dtype or variant, prompt version
 * and the first eight digits of the digest of each file that decides the numbers. Vectors of different
 * names are never mixed.
 */
export function modelName(manifest: ModelManifest): string {
  const weights = manifest.files.filter((file) => file.path !== manifest.tokenizer);
  const digest = weights.map((file) => file.sha256.slice(0, 8)).join("-");
  const format = manifest.variant === "published" ? manifest.dtype : manifest.variant;
  return `${manifest.id}/${format}/p${manifest.promptVersion}/${digest}`;
}
