/** Programs to be measured → samples of each, taken in turn, without those that other processes disturbed. */
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { promisify } from "node:util";
import * as v from "valibot";
import { now } from "./programs/report.ts";

export interface MeasuredCase<Name extends string> {
  readonly name: Name;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

export interface Sample {
  /** When its process was started, on the clock of its own moments. */
  readonly startedAt: number;
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
  /** Processor time that others took meanwhile, by the time that passed: 1 is one processor. */
  readonly foreignShare: number;
}

export interface Samples {
  readonly samples: readonly Sample[];
  /** No run was left alone: these are the least disturbed. */
  readonly isDisturbed: boolean;
}

/** Of one processor; a busy machine's background stays below it. */
const maxForeignShare = 0.1;

/** Rounds more than samples are wanted, for what was disturbed. */
const extraRounds = 2;

const reportSchema = v.intersect([
  v.record(v.string(), v.union([v.number(), v.string()])),
  v.looseObject({ cpuMilliseconds: v.number() }),
]);
const run = promisify(execFile);

/**
 * Runs each program in a process of its own, one after the other, round after round, until each has `runs`
 * undisturbed samples, or {@link extraRounds} are used up.
 */
export async function interleave<Name extends string>(
  cases: readonly MeasuredCase<Name>[],
  runs: number,
): Promise<ReadonlyMap<Name, Samples>> {
  const all = new Map<Name, Sample[]>(cases.map(({ name }) => [name, []]));
  const undisturbed = (name: Name) =>
    (all.get(name) ?? []).filter(({ foreignShare }) => foreignShare <= maxForeignShare);
  for (let round = 0; round < runs + extraRounds; round += 1) {
    const wanted = cases.filter(({ name }) => round < runs || undisturbed(name).length < runs);
    for (const wantedCase of wanted) all.get(wantedCase.name)?.push(await sample(wantedCase));
  }
  return new Map(
    [...all].map(([name, samples]) => {
      const byForeignShare = samples.toSorted((a, b) => a.foreignShare - b.foreignShare);
      const chosen = byForeignShare.slice(0, runs);
      return [name, { samples: chosen, isDisturbed: undisturbed(name).length < runs }];
    }),
  );
}

async function sample(measured: MeasuredCase<string>): Promise<Sample> {
  const { program, args, env = process.env } = measured;
  const busyBefore = busyMilliseconds() - ownMilliseconds();
  const startedAt = now();
  const { stdout } = await run(process.execPath, [program, ...args], { env });
  const passed = now() - startedAt;
  const report = v.parse(reportSchema, JSON.parse(stdout));
  const foreign = busyMilliseconds() - ownMilliseconds() - busyBefore - report.cpuMilliseconds;
  const entries = Object.entries(report);
  const numbers = entries.filter(
    (entry): entry is [string, number] => typeof entry[1] === "number",
  );
  const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  return {
    startedAt,
    numbers: Object.fromEntries(numbers),
    texts: Object.fromEntries(texts),
    foreignShare: foreign / passed,
  };
}

function busyMilliseconds(): number {
  return cpus().reduce(
    (sum, { times }) => sum + times.user + times.nice + times.sys + times.irq,
    0,
  );
}

function ownMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
