/** A model folder's `tokenizer.json` → token ids for the graph. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import { ModelFolderError, reason } from "../errors.ts";
import type { ModelManifest } from "./manifest.ts";

export interface Tokenizer {
  /** The ids of the whole text, special tokens included; never truncated and never padded. */
  encode(text: string): readonly number[];
}

/**
 * Loads the tokenizer.
 * @throws {ModelFolderError} when its file is missing or no tokenizer
 */
export async function openTokenizer(folder: string, manifest: ModelManifest): Promise<Tokenizer> {
  const path = join(folder, manifest.tokenizer);
  try {
    const definition: object = JSON.parse(await readFile(path, "utf8"));
    const tokenizer = new HuggingFaceTokenizer(definition, {});
    return { encode: (text) => tokenizer.encode(text).ids };
  } catch (cause) {
    throw new ModelFolderError(folder, `${path} is missing or no tokenizer: ${reason(cause)}.`, {
      cause,
    });
  }
}
