/** What is left of a run's time, and the means to wait: handed in, so that a test needs no real time. */
import { setTimeout } from "node:timers/promises";

export interface Time {
  now(): number;
  /** Until the run is ended from outside; `Infinity` where nothing ends it. */
  remainingMilliseconds(): number;
  sleep(milliseconds: number): Promise<void>;
  /** At least 0 and less than 1. */
  random(): number;
}

/** What a run keeps for its end: an answer under way, the log, the metrics. */
export const reservedMilliseconds = 1_000;

/** The real time, for a run that may take what `remainingMilliseconds` says, and else as long as it likes. */
export function createTime(
  remainingMilliseconds: () => number = () => Number.POSITIVE_INFINITY,
): Time {
  return {
    now: () => performance.now(),
    remainingMilliseconds,
    sleep: (milliseconds) => setTimeout(milliseconds),
    random: () => Math.random(),
  };
}
