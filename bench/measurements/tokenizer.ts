/** Model folders → what their tokenizers take to load, and to encode the sample documents. */
import type { Model } from "../../layers/model/obtain.ts";
import { interleave } from "../interleave.ts";
import type { Programs } from "../programs.ts";
import { number, type Statistic, summarize } from "../statistic.ts";
import type { BenchmarkOptions } from "./options.ts";
import type { TokenizedText } from "./text.ts";

export interface TokenizerFigures {
  /** The tokenizer's file. */
  readonly name: string;
  readonly loadMilliseconds: Statistic;
  readonly encodeMilliseconds: Statistic;
  /** What was encoded. */
  readonly tokens: number;
}

export async function measureTokenizers(
  models: readonly Model[],
  programs: Programs,
  { text }: TokenizedText,
  { runs }: BenchmarkOptions,
): Promise<TokenizerFigures[]> {
  const cases = models.map(({ folder, manifest }) => ({
    name: manifest.tokenizer,
    program: programs.tokenize,
    args: [JSON.stringify({ folder, text })],
  }));
  return [...(await interleave(cases, runs))].map(([name, samples]) => ({
    name,
    loadMilliseconds: summarize(samples, number("loadMilliseconds")),
    encodeMilliseconds: summarize(samples, number("encodeMilliseconds")),
    tokens: summarize(samples, number("tokens")).median,
  }));
}
