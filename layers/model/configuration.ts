/** The JSON files of a model folder → how the model wants to be used: window, prompts, pooling. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { ModelFolderError, reason } from "../../function/errors.ts";
import type { ModelManifest } from "../../function/model/manifest.ts";
import { models } from "../models.ts";

export type ModelConfiguration = Pick<ModelManifest, "windowTokens" | "prompts"> & {
  /** `unstated` when no file says how token vectors become one. */
  readonly pooling: "mean" | "unstated" | "other";
};

const configSchema = v.object({
  model_type: v.string(),
  max_position_embeddings: v.optional(v.number()),
});
const tokenizerConfigSchema = v.object({ model_max_length: v.optional(v.number()) });
const sentenceConfigSchema = v.object({ max_seq_length: v.optional(v.nullable(v.number())) });
const promptsSchema = v.object({ prompts: v.optional(v.record(v.string(), v.string()), {}) });
const poolingSchema = v.looseObject({});

/**
 * Reads the files of the transformers.js layout, and those of sentence-transformers where they are there.
 * @throws {ModelFolderError} naming a file that is missing, is no JSON or lacks what it should hold
 */
export async function readConfiguration(folder: string): Promise<ModelConfiguration> {
  const config = await readJson(folder, "config.json", configSchema);
  const tokenizerConfig = await readJson(folder, "tokenizer_config.json", tokenizerConfigSchema);
  const sentenceConfig = await readOptionalJson(
    folder,
    "sentence_bert_config.json",
    sentenceConfigSchema,
  );
  const prompts = await readOptionalJson(
    folder,
    "config_sentence_transformers.json",
    promptsSchema,
  );
  const pooling = await readOptionalJson(folder, "1_Pooling/config.json", poolingSchema);

  const windows = [
    config.max_position_embeddings,
    tokenizerConfig.model_max_length,
    sentenceConfig?.max_seq_length,
  ];
  return {
    windowTokens: smallestWindow(folder, windows),
    prompts: choosePrompts(config.model_type, prompts?.prompts ?? {}),
    pooling: pooling === undefined ? "unstated" : describePooling(pooling),
  };
}

/** A tokenizer without a limit has 1e30 as its model_max_length. */
const maxSaneWindowTokens = 1_000_000;

function smallestWindow(folder: string, windows: readonly (number | null | undefined)[]): number {
  const sane = windows
    .map((window) => window ?? Number.POSITIVE_INFINITY)
    .filter((window) => window >= 1 && window <= maxSaneWindowTokens);
  if (sane.length > 0) return Math.min(...sane);
  const problem =
    "neither max_position_embeddings in config.json nor model_max_length in tokenizer_config.json says " +
    "how many tokens the model takes.";
  throw new ModelFolderError(folder, problem);
}

/** By sentence-transformers' names for them; EmbeddingGemma's exports come without the file that has them. */
function choosePrompts(
  modelType: string,
  prompts: Readonly<Record<string, string>>,
): ModelManifest["prompts"] {
  const document = prompts.document ?? prompts.passage ?? prompts.corpus;
  const { query } = prompts;
  if (document === undefined && query === undefined && modelType === "gemma3_text") {
    return models["embeddinggemma-300m"].prompts;
  }
  return { document: document ?? "", query: query ?? "" };
}

/** `{"pooling_mode_mean_tokens": true, …}`, one flag for each mode; later versions: `{"pooling_mode": "mean"}`. */
function describePooling(pooling: Readonly<Record<string, unknown>>): "mean" | "other" {
  const modes = Object.entries(pooling)
    .filter(([name, value]) => name.startsWith("pooling_mode_") && value === true)
    .map(([name]) => name);
  const isMean =
    pooling.pooling_mode === "mean" ||
    (modes.length === 1 && modes[0] === "pooling_mode_mean_tokens");
  return isMean ? "mean" : "other";
}

async function readJson<Schema extends v.GenericSchema>(
  folder: string,
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const content = await readOptionalJson(folder, path, schema);
  if (content !== undefined) return content;
  throw new ModelFolderError(
    folder,
    `${path} is missing. Expected the transformers.js layout: config.json, tokenizer.json, ` +
      "tokenizer_config.json and onnx/model*.onnx.",
  );
}

async function readOptionalJson<Schema extends v.GenericSchema>(
  folder: string,
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  try {
    return v.parse(schema, JSON.parse(await readFile(join(folder, path), "utf8")));
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw new ModelFolderError(folder, `${path} cannot be used: ${reason(cause)}.`, { cause });
  }
}
