/** The sample documents → text and token ids of a wanted length. */
import { readdir, readFile } from "node:fs/promises";
import { openTokenizer } from "../../function/model/tokenizer.ts";
import type { Model } from "../../layers/model/obtain.ts";

const samples = new URL("../../samples/", import.meta.url);

export interface TokenizedText {
  readonly text: string;
  /** The longest beginning that has at most so many tokens, the document's prompt included. */
  ofTokens(tokens: number): string;
  /** The first ids, with the special tokens around them. */
  ids(tokens: number): readonly number[];
}

/** Reads all samples as one text and tokenizes it as the model does. */
export async function tokenizeSamples({ folder, manifest }: Model): Promise<TokenizedText> {
  const names = (await readdir(samples)).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, samples), "utf8")));
  const text = texts.join("\n\n");
  const { encode } = await openTokenizer(folder, manifest);
  const all = encode(text);
  return {
    text,
    ofTokens(tokens) {
      let [fits, exceeds] = [0, text.length];
      while (fits + 1 < exceeds) {
        const middle = (fits + exceeds) >> 1;
        const count = encode(manifest.prompts.document + text.slice(0, middle)).length;
        if (count <= tokens) fits = middle;
        else exceeds = middle;
      }
      return text.slice(0, fits);
    },
    ids: (tokens) => [...all.slice(0, tokens - 1), ...all.slice(-1)],
  };
}
