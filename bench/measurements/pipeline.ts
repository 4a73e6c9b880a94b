/** A model → how many documents in a second the whole product takes on one machine. */
import type { Model } from "../../layers/model/obtain.ts";
import { interleave } from "../interleave.ts";
import type { Programs } from "../programs.ts";
import { number, type Statistic, summarize } from "../statistic.ts";
import type { BenchmarkOptions } from "./options.ts";
import { functionVariables } from "./variables.ts";

export interface PipelineFigures {
  readonly documentsPerSecond: Statistic;
  readonly documents: number;
  readonly chunks: number;
}

export async function measurePipeline(
  { folder }: Model,
  programs: Programs,
  { runs, documents }: BenchmarkOptions,
): Promise<PipelineFigures> {
  const measured = await interleave(
    [
      {
        name: "pipeline",
        program: programs.pipeline,
        args: [JSON.stringify({ folder, documents })],
        env: functionVariables(""),
      },
    ],
    runs,
  );
  const samples = measured.get("pipeline") ?? { samples: [], isDisturbed: true };
  return {
    documentsPerSecond: summarize(
      samples,
      (sample) => (1000 * number("documents")(sample)) / number("milliseconds")(sample),
    ),
    documents: summarize(samples, number("documents")).median,
    chunks: summarize(samples, number("chunks")).median,
  };
}
