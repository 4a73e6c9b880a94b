/** A `tokenizer.json` and a seed → whether compiling it changes an id or a count in any of many texts. */
import { isDeepStrictEqual } from "node:util";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import * as v from "valibot";
import { createCompiledTokenizer } from "../../function/model/compiled-tokenizer.ts";
import type { Tokenizer } from "../../function/model/tokenizer.ts";
import { readTokenizerFile } from "../../function/model/tokenizer-file.ts";
import { compileTokenizer } from "../../layers/model/compile-tokenizer.ts";
import { addedTokenTexts, type Tokens, tokenizerTexts } from "./texts.ts";

export interface Comparison {
  readonly strings: number;
  /** Of all strings together, as the library counts them. */
  readonly tokens: number;
  /** The first, made as small as it gets; nothing is compared behind it. */
  readonly difference?: Difference;
}

export interface Difference {
  readonly text: string;
  readonly expected: readonly number[];
  readonly ids: readonly number[];
  readonly count: number;
}

const tokensSchema = v.object({
  added_tokens: v.array(v.object({ content: v.string() })),
  model: v.object({ vocab: v.custom<object>((vocab) => typeof vocab === "object") }),
});

/** Every added token in a text of its own, and then `strings` random texts. */
export function compareWithLibrary(
  definition: object,
  { strings, seed }: { readonly strings: number; readonly seed: number },
  compiled = compile(definition),
): Comparison {
  const library = new HuggingFaceTokenizer(definition, {});
  const tokens = readTokens(definition);
  const compared = { strings: 0, tokens: 0 };

  function findDifference(text: string): Difference | undefined {
    const expected = library.encode(text).ids;
    const ids = compiled.encode(text);
    const count = compiled.countTokens(text);
    const isSame = count === expected.length && isDeepStrictEqual(ids, expected);
    if (!isSame) return { text, expected, ids, count };
    compared.strings += 1;
    compared.tokens += expected.length;
    return undefined;
  }

  for (const text of addedTokenTexts(tokens)) {
    const difference = findDifference(text);
    if (difference !== undefined) return { ...compared, difference };
  }
  const isSame = fc.property(tokenizerTexts(tokens), (text) => findDifference(text) === undefined);
  const { counterexample } = fc.check(isSame, { numRuns: strings, seed });
  const difference = counterexample === null ? undefined : findDifference(counterexample[0]);
  return difference === undefined ? compared : { ...compared, difference };
}

/** Through the file's bytes, as the function gets it. */
export function compile(definition: object): Tokenizer {
  return createCompiledTokenizer(readTokenizerFile(compileTokenizer(definition).buffer));
}

function readTokens(definition: object): Tokens {
  const { added_tokens, model } = v.parse(tokensSchema, definition);
  return {
    vocabulary: Object.keys(model.vocab),
    addedTokens: added_tokens.map(({ content }) => content),
  };
}
