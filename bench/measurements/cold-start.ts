/** The three ways to start → the phases from a process's start to its first embedding, and its memory. */
import { createParameterStore } from "../../local/parameter-store.ts";
import { serve } from "../../local/serve.ts";
import { interleave } from "../interleave.ts";
import type { MeasuredModel } from "../model.ts";
import type { Programs } from "../programs.ts";
import { number, type Statistic, span, summarize } from "../statistic.ts";
import type { BenchmarkOptions } from "./options.ts";
import type { TokenizedText } from "./text.ts";
import { functionVariables, lambdaVariables, parameterName } from "./variables.ts";

/** Milliseconds, and bytes of memory. */
export interface ColdStart {
  readonly name: string;
  readonly tokens: number;
  /** From the start of the process to its first embedding; the phases add up to it. */
  readonly total: Statistic;
  readonly node: Statistic;
  readonly code: Statistic;
  /** Credentials read, tokenizer and session opened. */
  readonly model: Statistic;
  readonly embedding: Statistic;
  /** Up to the first embedding. */
  readonly peakBytes: Statistic;
  /** After one more. */
  readonly steadyBytes: Statistic;
}

export async function measureColdStarts(
  { published, built, builtInEightBits }: MeasuredModel,
  programs: Programs,
  text: TokenizedText,
  { runs, coldStartLengths }: BenchmarkOptions,
): Promise<ColdStart[]> {
  const credentials = JSON.stringify({ url: "http://127.0.0.1:9", service_key: "bench" });
  const ssm = await serve(createParameterStore(new Map([[parameterName, credentials]])));
  const plain = { model: published, env: lambdaVariables(ssm.url) };
  const own = { program: programs.function, env: functionVariables(ssm.url) };
  const ways = [
    { name: "plain transformers.js", program: programs.plain, ...plain },
    { name: "the same, bundled", program: programs.plainBundled, ...plain },
    { name: "this function", ...own, model: built },
    ...(builtInEightBits === undefined
      ? []
      : [{ name: "this function, int8", ...own, model: builtInEightBits }]),
  ];
  const coldStarts: ColdStart[] = [];
  try {
    for (const tokens of coldStartLengths) {
      const cases = ways.map(({ name, program, model: { folder, manifest }, env }) => {
        const { dtype, prompts } = manifest;
        return {
          name,
          program,
          env,
          args: [folder, dtype, prompts.document, text.ofTokens(tokens)],
        };
      });
      for (const [name, samples] of await interleave(cases, runs)) {
        coldStarts.push({
          name,
          tokens,
          total: summarize(samples, span("startedAt", "embeddedAt")),
          node: summarize(samples, span("startedAt", "nodeAt")),
          code: summarize(samples, span("nodeAt", "loadedAt")),
          model: summarize(samples, span("loadedAt", "readyAt")),
          embedding: summarize(samples, span("readyAt", "embeddedAt")),
          peakBytes: summarize(samples, number("peakBytes")),
          steadyBytes: summarize(samples, number("steadyBytes")),
        });
      }
    }
  } finally {
    await ssm.close();
  }
  return coldStarts;
}
