/** A model folder's tokenizer, compiled or `tokenizer.json` → token ids for the graph. */
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ModelFolderError, reason } from "../errors.ts";
import { createCompiledTokenizer } from "./compiled-tokenizer.ts";
import type { ModelManifest } from "./manifest.ts";
import { readTokenizerFile } from "./tokenizer-file.ts";

export interface Tokenizer {
  /** The ids of the whole text, special tokens included; never truncated and never padded. */
  encode(text: string): readonly number[];
  /** How many ids `encode` gives for the text. */
  countTokens(text: string): number;
}

/**
 * Loads the tokenizer.
 * @throws {ModelFolderError} when its file is missing or no tokenizer
 */
export async function openTokenizer(folder: string, manifest: ModelManifest): Promise<Tokenizer> {
  const path = join(folder, manifest.tokenizer);
  try {
    return path.endsWith(".json") ? await readDefinition(path) : await readCompiled(path);
  } catch (cause) {
    throw new ModelFolderError(folder, `${path} is missing or no tokenizer: ${reason(cause)}.`, {
      cause,
    });
  }
}

async function readDefinition(path: string): Promise<Tokenizer> {
  // Only here: the compiled way does not pay for loading the library.
  const { Tokenizer: HuggingFaceTokenizer } = await import("@huggingface/tokenizers");
  const definition: object = JSON.parse(await readFile(path, "utf8"));
  const tokenizer = new HuggingFaceTokenizer(definition, {});
  const encode = (text: string) => tokenizer.encode(text).ids;
  return { encode, countTokens: (text) => encode(text).length };
}

/** Reads at once, in the background; `readFile` would read in pieces, each waiting for this thread. */
async function readCompiled(path: string): Promise<Tokenizer> {
  await using file = await open(path);
  const { size } = await file.stat();
  const bytes = new Uint8Array(size);
  await file.read(bytes);
  return createCompiledTokenizer(readTokenizerFile(bytes.buffer));
}
