/** What was measured → aligned lines for a person. */
import { table } from "../layers/table.ts";
import type { Dataset } from "./dataset.ts";
import { pairedDifference } from "./difference.ts";
import type { Evaluation } from "./evaluation.ts";
import { cutoff, meanMetrics } from "./metrics.ts";
import { type Way, wayNames } from "./ways.ts";

export function evaluationReport(dataset: Dataset, evaluations: readonly Evaluation[]): string[] {
  const { documents, queries } = dataset;
  const relevant = queries.reduce((sum, { relevance }) => sum + relevance.size, 0);
  return [
    `${count(documents.length)} documents, ${count(queries.length)} questions with ${count(relevant)} relevant documents`,
    "",
    ...table([
      ["", "chunks", "", `nDCG@${cutoff}`, `recall@${cutoff}`, `MRR@${cutoff}`],
      ...evaluations.flatMap((evaluation) =>
        wayNames.map((way) => {
          const { ndcg, recall, reciprocalRank } = meanMetrics(evaluation.measured[way]);
          const figures = [ndcg, recall, reciprocalRank].map(figure);
          return [describe(evaluation), count(evaluation.chunks), way, ...figures];
        }),
      ),
    ]),
    ...kindLines(dataset, evaluations),
    "",
    `Difference in nDCG@${cutoff}, and half of its 95 % interval: what is smaller may be chance.`,
    ...table([...evaluations.flatMap(hybridRows), ...headingRows(evaluations)]),
  ];
}

/** nDCG for each kind of question, where the dataset has kinds. */
function kindLines({ queries }: Dataset, evaluations: readonly Evaluation[]): string[] {
  const kinds = [...new Set(queries.flatMap(({ kind }) => kind ?? []))];
  if (kinds.length === 0) return [];
  const isOf = (kind: string) => (_: unknown, index: number) => queries[index]?.kind === kind;
  return [
    "",
    ...table([
      [`nDCG@${cutoff} by kind of question`, "", ...kinds],
      ["", "", ...kinds.map((kind) => count(queries.filter(isOf(kind)).length))],
      ...evaluations.flatMap((evaluation) =>
        wayNames.map((way) => {
          const ndcg = (kind: string) =>
            meanMetrics(evaluation.measured[way].filter(isOf(kind))).ndcg;
          return [describe(evaluation), way, ...kinds.map((kind) => figure(ndcg(kind)))];
        }),
      ),
    ]),
  ];
}

function hybridRows(evaluation: Evaluation): string[][] {
  const parts: readonly Way[] = ["vector", "full text"];
  return parts.map((part) => [
    describe(evaluation),
    `hybrid against ${part}`,
    difference(ndcgs(evaluation, "hybrid"), ndcgs(evaluation, part)),
  ]);
}

/** Where the same chunks were embedded with and without their headings. */
function headingRows(evaluations: readonly Evaluation[]): string[][] {
  return evaluations.flatMap((evaluation) => {
    const { model, chunkTokens, headings } = evaluation;
    const without = evaluations.find(
      (other) =>
        headings === "embedded" &&
        other.headings === "none" &&
        other.model === model &&
        other.chunkTokens === chunkTokens,
    );
    if (without === undefined) return [];
    const changed: readonly Way[] = ["vector", "hybrid"];
    return changed.map((way) => [
      describe(evaluation),
      `${way} against no headings`,
      difference(ndcgs(evaluation, way), ndcgs(without, way)),
    ]);
  });
}

function describe({ model, chunkTokens, headings }: Evaluation): string {
  return `${model}, ${chunkTokens} tokens${headings === "none" ? "" : ", headings"}`;
}

function ndcgs({ measured }: Evaluation, way: Way): number[] {
  return measured[way].map(({ ndcg }) => ndcg);
}

function difference(better: readonly number[], worse: readonly number[]): string {
  const { mean, margin } = pairedDifference(better, worse);
  const sign = mean < 0 ? "−" : "+";
  return `${sign}${figure(Math.abs(mean))}${margin === undefined ? "" : ` ± ${figure(margin)}`}`;
}

function figure(value: number): string {
  return value.toFixed(3);
}

function count(number: number): string {
  return number.toLocaleString("en");
}
