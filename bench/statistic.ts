/** Samples of a number → its median, least and most. */
import type { Sample, Samples } from "./interleave.ts";

export interface Statistic {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: number;
  /** Other processes took part of the machine in at least one of the samples. */
  readonly isDisturbed: boolean;
}

/** @param read gives the number of one sample */
export function summarize(
  { samples, isDisturbed }: Samples,
  read: (sample: Sample) => number,
): Statistic {
  const sorted = samples.map(read).toSorted((a, b) => a - b);
  return {
    median: sorted[sorted.length >> 1] ?? Number.NaN,
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
    samples: sorted.length,
    isDisturbed,
  };
}

/** Reads one of a program's numbers; NaN where it did not report it. */
export function number(name: string): (sample: Sample) => number {
  return ({ numbers }) => numbers[name] ?? Number.NaN;
}

/** The milliseconds between two of a program's moments. */
export function span(from: string, to: string): (sample: Sample) => number {
  const moment = (sample: Sample, name: string) =>
    name === "startedAt" ? sample.startedAt : number(name)(sample);
  return (sample) => moment(sample, to) - moment(sample, from);
}
