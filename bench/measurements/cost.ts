/** A model → what 10,000 documents of one chunk cost in Lambda at several memory sizes. */

import { megabytesPerProcessor } from "../../function/model/session.ts";
import { defaultChunkTokens } from "../../function/settings.ts";
import type { Model } from "../../layers/model/obtain.ts";
import { type Cost, cost, memorySizesMegabytes } from "../cost.ts";
import { interleave } from "../interleave.ts";
import type { Programs } from "../programs.ts";
import { number, summarize } from "../statistic.ts";
import type { BenchmarkOptions } from "./options.ts";
import type { TokenizedText } from "./text.ts";
import { functionVariables } from "./variables.ts";

export interface CostFigures {
  readonly tokens: number;
  /** Of a chunk of so many tokens, on one processor and on two. */
  readonly milliseconds: { readonly one: number; readonly two: number };
  readonly costs: readonly Cost[];
  /** Other work took part of the machine meanwhile. */
  readonly isDisturbed: boolean;
}

export async function measureCosts(
  { folder, manifest }: Model,
  programs: Programs,
  text: TokenizedText,
  { runs }: BenchmarkOptions,
): Promise<CostFigures> {
  const tokens = Math.min(defaultChunkTokens, manifest.windowTokens);
  const cases = (["one", "two"] as const).map((name, index) => ({
    name,
    program: programs.embed,
    args: [JSON.stringify({ folder, ids: text.ids(tokens) })],
    env: {
      ...functionVariables(""),
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String((index + 1) * megabytesPerProcessor),
    },
  }));
  const measured = await interleave(cases, runs);
  const take = (name: "one" | "two") =>
    summarize(measured.get(name) ?? { samples: [], isDisturbed: true }, number("milliseconds"));
  const [one, two] = [take("one"), take("two")];
  const milliseconds = { one: one.median, two: two.median };
  const costs = memorySizesMegabytes.map((memory) => cost(memory, milliseconds));
  return { tokens, milliseconds, costs, isDisturbed: one.isDisturbed || two.isDisturbed };
}
