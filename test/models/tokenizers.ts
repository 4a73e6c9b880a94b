/** The tokenizers of the tests, as parsed `tokenizer.json`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import { readFullTokenizer } from "../../bench/stand-in.ts";
import { testModelFolder } from "./folders.ts";

type Json = Readonly<Record<string, unknown>>;

export async function readDefinition(path: string): Promise<Json> {
  return v.parse(v.looseObject({}), JSON.parse(await readFile(path, "utf8")));
}

export async function tinyDefinition(): Promise<Json> {
  return readDefinition(join(testModelFolder("tiny-embeddinggemma"), "tokenizer.json"));
}

/** All of Gemma 3's tokens, with the template of EmbeddingGemma, which puts `<eos>` behind the text. */
export async function embeddingGemmaDefinition(): Promise<Json> {
  return readFullTokenizer();
}

/** A whole tokenizer.json, with types for the parts that tests change. */
export interface SmallDefinition extends Json {
  readonly added_tokens: readonly Json[];
  readonly post_processor: Json & { readonly single: readonly Json[] };
  readonly model: Json & { readonly vocab: Readonly<Record<string, number>> };
}

/**
 * A tokenizer to be seen through: the tokens of the bytes have the ids 0 to 255, `<bos>` has 256, `<eos>` 257,
 * and `tokens` have those from 258. `addedTokens` must be among them.
 */
export function smallDefinition(
  tokens: readonly string[],
  merges: readonly (readonly [string, string])[],
  addedTokens: readonly string[] = [],
): SmallDefinition {
  const byteTokens = Array.from({ length: 256 }, (_, byte) => {
    return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
  });
  const all = [...byteTokens, "<bos>", "<eos>", ...tokens];
  const special = (token: string) => ({ SpecialToken: { id: token, type_id: 0 } });
  return {
    added_tokens: ["<bos>", "<eos>", ...addedTokens].map((content) => ({
      id: all.indexOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: { type: "Replace", pattern: { String: " " }, content: "▁" },
    pre_tokenizer: null,
    post_processor: {
      type: "TemplateProcessing",
      single: [special("<bos>"), { Sequence: { id: "A", type_id: 0 } }, special("<eos>")],
      special_tokens: { "<bos>": { ids: [256] }, "<eos>": { ids: [257] } },
    },
    decoder: null,
    model: {
      type: "BPE",
      unk_token: null,
      byte_fallback: true,
      vocab: Object.fromEntries(all.map((token, id) => [token, id])),
      merges,
    },
  };
}
