/** A model and built programs → every figure of the report. */
import { cpus, totalmem } from "node:os";
import { type ColdStart, measureColdStarts } from "./measurements/cold-start.ts";
import { type CostFigures, measureCosts } from "./measurements/cost.ts";
import { type EmbeddingFigures, measureEmbeddings } from "./measurements/embedding.ts";
import type { BenchmarkOptions } from "./measurements/options.ts";
import { measurePipeline, type PipelineFigures } from "./measurements/pipeline.ts";
import { tokenizeSamples } from "./measurements/text.ts";
import { measureTokenizers, type TokenizerFigures } from "./measurements/tokenizer.ts";
import type { MeasuredModel } from "./model.ts";
import type { Programs } from "./programs.ts";

export interface Benchmark {
  readonly model: string;
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly architecture: string;
    readonly memoryBytes: number;
    readonly node: string;
  };
  readonly coldStarts: readonly ColdStart[];
  readonly tokenizers: readonly TokenizerFigures[];
  readonly embeddings: readonly EmbeddingFigures[];
  readonly pipeline: PipelineFigures;
  readonly cost: CostFigures;
}

/** @param onSubject is told what is measured next */
export async function runBenchmark(
  model: MeasuredModel,
  programs: Programs,
  options: BenchmarkOptions,
  onSubject: (subject: string) => void,
): Promise<Benchmark> {
  const { published, variants, built } = model;
  const text = await tokenizeSamples(published);
  onSubject("cold starts");
  const coldStarts = await measureColdStarts(model, programs, text, options);
  onSubject("tokenizers");
  const isCompiled = built.manifest.tokenizer !== published.manifest.tokenizer;
  const models = isCompiled ? [published, built] : [published];
  const tokenizers = await measureTokenizers(models, programs, text, options);
  onSubject("embeddings");
  const embeddings = await measureEmbeddings(variants, programs, text, options);
  onSubject("the pipeline");
  const pipeline = await measurePipeline(built, programs, options);
  onSubject("the cost");
  const cost = await measureCosts(built, programs, text, options);
  return {
    model: model.description,
    machine: {
      processor: cpus()[0]?.model ?? "unknown",
      processors: cpus().length,
      architecture: process.arch,
      memoryBytes: totalmem(),
      node: process.version,
    },
    coldStarts,
    tokenizers,
    embeddings,
    pipeline,
    cost,
  };
}
