/** What one chunk takes on one processor of this machine and on two: measured once, and kept for who reckons with it. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { type CostFigures, measureCosts } from "./measurements/cost.ts";
import { tokenizeSamples } from "./measurements/text.ts";
import { localFolder, prepareModel } from "./model.ts";
import { buildPrograms } from "./programs.ts";

const speedSchema = v.object({
  model: v.string(),
  /** Of the chunk. */
  tokens: v.number(),
  milliseconds: v.object({ one: v.number(), two: v.number() }),
  /** Other work took part of the machine: the real speed is higher. */
  isDisturbed: v.boolean(),
});
export type Speed = v.InferOutput<typeof speedSchema>;

export const speedPath = join(localFolder, "speed.json");

/** Three samples say what a bill has to know. */
const runs = 3;

/**
 * Gives what is kept, else what is measured now. What was disturbed is not kept.
 * @param path where it is kept; `npm run bench` writes it anew
 */
export async function readSpeed(path: string, measure: () => Promise<Speed>): Promise<Speed> {
  const kept = await readFile(path, "utf8").catch(() => undefined);
  if (kept !== undefined) return v.parse(speedSchema, JSON.parse(kept));
  const speed = await measure();
  if (!speed.isDisturbed) await keepSpeed(path, speed);
  return speed;
}

export async function keepSpeed(path: string, speed: Speed): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, JSON.stringify(speed, null, 2));
}

/** The speed in the benchmark's figures. */
export function speedOf(model: string, { tokens, milliseconds, isDisturbed }: CostFigures): Speed {
  return { model, tokens, milliseconds, isDisturbed };
}

/** Measures the default model, or its stand-in, as `npm run bench` does. */
export async function measureSpeed(): Promise<Speed> {
  await mkdir(localFolder, { recursive: true });
  const workFolder = await mkdtemp(join(localFolder, "bench-"));
  try {
    const { description, published, built } = await prepareModel(undefined, workFolder);
    const programs = await buildPrograms(workFolder);
    const text = await tokenizeSamples(published);
    const options = { runs, lengths: [], coldStartLengths: [], documents: 0 };
    const figures = await measureCosts(built, programs, text, options);
    return speedOf(description, figures);
  } finally {
    await rm(workFolder, { recursive: true });
  }
}
