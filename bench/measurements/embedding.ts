/** The graph's variants → the milliseconds of one embedding at several lengths, and how near their vectors are. */

import { cosine } from "../../layers/model/compare.ts";
import type { Model } from "../../layers/model/obtain.ts";
import { interleave, type Samples } from "../interleave.ts";
import type { Programs } from "../programs.ts";
import { number, type Statistic, summarize } from "../statistic.ts";
import type { BenchmarkOptions } from "./options.ts";
import type { TokenizedText } from "./text.ts";
import { functionVariables } from "./variables.ts";

export interface EmbeddingFigures {
  readonly variant: string;
  readonly tokens: number;
  readonly milliseconds: Statistic;
  /** Of its vector to the published graph's, for the same tokens. */
  readonly cosine: number;
}

export async function measureEmbeddings(
  variants: readonly Model[],
  programs: Programs,
  text: TokenizedText,
  { runs, lengths }: BenchmarkOptions,
): Promise<EmbeddingFigures[]> {
  const figures: EmbeddingFigures[] = [];
  for (const tokens of lengths) {
    const cases = variants.map(({ folder, manifest }) => ({
      name: manifest.variant,
      program: programs.embed,
      args: [JSON.stringify({ folder, ids: text.ids(tokens) })],
      env: functionVariables(""),
    }));
    const measured = await interleave(cases, runs);
    const published = readVector(measured.get("published"));
    for (const [variant, samples] of measured) {
      figures.push({
        variant,
        tokens,
        milliseconds: summarize(samples, number("milliseconds")),
        cosine: cosine(published, readVector(samples)),
      });
    }
  }
  return figures;
}

function readVector(samples: Samples | undefined): Float32Array {
  const bytes = Buffer.from(samples?.samples[0]?.texts.vector ?? "", "base64");
  const vector = new Float32Array(bytes.length / 4);
  return vector.map((_, index) => bytes.readFloatLE(4 * index));
}
