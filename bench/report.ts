/** Every figure → aligned lines for a person. */
import { prices } from "../infra/list-prices.ts";
import { table } from "../layers/table.ts";
import type { Benchmark } from "./benchmark.ts";
import type { Statistic } from "./statistic.ts";

export function benchmarkReport(benchmark: Benchmark): string[] {
  const { machine, coldStarts, tokenizers, embeddings, pipeline, cost } = benchmark;
  return [
    `Model: ${benchmark.model}`,
    `Machine: ${machine.processor}, ${machine.processors} processors, ${machine.architecture}, ` +
      `${gigabytes(machine.memoryBytes)} GB, Node ${machine.node}`,
    "Medians (least–most); * other processes took part of the machine.",
    "",
    ...table([
      [
        "Cold start, ms",
        "tokens",
        "total",
        "node",
        "code",
        "model",
        "embedding",
        "peak MB",
        "steady MB",
      ],
      ...coldStarts.map((start) => [
        start.name,
        String(start.tokens),
        range(start.total),
        range(start.node),
        range(start.code),
        range(start.model),
        range(start.embedding),
        megabytes(start.peakBytes),
        megabytes(start.steadyBytes),
      ]),
    ]),
    "",
    ...table([
      ["Tokenizer, ms", "load", "encode", "tokens"],
      ...tokenizers.map(({ name, loadMilliseconds, encodeMilliseconds, tokens }) => [
        name,
        range(loadMilliseconds),
        range(encodeMilliseconds),
        String(tokens),
      ]),
    ]),
    "",
    ...table([
      ["Embedding", "tokens", "ms", "tokens/s", "cosine to published"],
      ...embeddings.map(({ variant, tokens, milliseconds, cosine }) => [
        variant,
        String(tokens),
        range(milliseconds),
        String(Math.round((1000 * tokens) / milliseconds.median)),
        cosine.toFixed(5),
      ]),
    ]),
    "",
    ...table([
      ["Pipeline", "documents", "chunks", "documents/s"],
      [
        "S3 to Postgres, local",
        String(pipeline.documents),
        String(pipeline.chunks),
        range(pipeline.documentsPerSecond),
      ],
    ]),
    "",
    ...table([
      [`10,000 documents of ${cost.tokens} tokens`, "ms each", "arm64", "x64"],
      ...cost.costs.map(({ memoryMegabytes, milliseconds, dollars }) => [
        `${memoryMegabytes.toLocaleString("en")} MB`,
        milliseconds.toFixed(0),
        `$${dollars.arm64.toFixed(2)}`,
        `$${dollars.x64.toFixed(2)}`,
      ]),
    ]),
    `Computing alone, at this machine's speed and Lambda's list prices of ${prices.asOf}, ${prices.region}.`,
  ];
}

/** The median, and between which numbers it lies. */
function range({ median, min, max, isDisturbed }: Statistic): string {
  const digits = median < 10 ? 1 : 0;
  const text = `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
  return isDisturbed ? `${text}*` : text;
}

function megabytes({ median }: Statistic): string {
  return (median / 1e6).toFixed(0);
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(0);
}
