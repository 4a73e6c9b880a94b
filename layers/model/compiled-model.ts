/** A model → the model with its tokenizer compiled, where that can be done. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { compileTokenizer } from "./compile-tokenizer.ts";
import { deriveModel } from "./derive.ts";
import { UnsupportedTokenizerError } from "./errors.ts";
import type { Model } from "./obtain.ts";

export interface CompiledModel {
  /** The source itself where its tokenizer stays as it is. */
  readonly model: Model;
  /** Why it does. */
  readonly refusal?: UnsupportedTokenizerError;
}

/**
 * Compiles the tokenizer into `folder`, which becomes a model folder of its own; the source's stays as it is.
 * Throws what `node:fs` throws.
 */
export async function compileModelTokenizer(source: Model, folder: string): Promise<CompiledModel> {
  await rm(folder, { recursive: true, force: true });
  const { tokenizer } = source.manifest;
  try {
    const definition: unknown = JSON.parse(await readFile(join(source.folder, tokenizer), "utf8"));
    const compiled = compileTokenizer(definition);
    const path = "tokenizer.bin";
    const model = await deriveModel(source, folder, {
      replaced: [tokenizer],
      added: [{ path, write: (target) => writeFile(target, compiled) }],
      facts: { tokenizer: path },
    });
    return { model };
  } catch (error) {
    if (!(error instanceof UnsupportedTokenizerError)) throw error;
    return { model: source, refusal: error };
  }
}
