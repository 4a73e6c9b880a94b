/** A variant's folder → what its comparison found, and of what. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { Similarity } from "./compare.ts";
import type { Model } from "./obtain.ts";

const comparisonSchema = v.object({
  /** With the digests of the files that were compared. */
  manifest: v.unknown(),
  similarities: v.array(v.object({ tokens: v.number(), cosine: v.number() })),
});

export type Comparison = v.InferOutput<typeof comparisonSchema>;

/** Keeps it beside the manifest, since to compare graphs of full size takes seconds. */
export async function writeComparison(
  { folder, manifest }: Model,
  similarities: readonly Similarity[],
): Promise<void> {
  await writeFile(pathIn(folder), JSON.stringify({ manifest, similarities }));
}

/** `undefined` where there is none. A cosine that was NaN makes it none: JSON has no NaN. */
export async function readComparison(folder: string): Promise<Comparison | undefined> {
  const text = await readFile(pathIn(folder), "utf8").catch(() => "null");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), comparisonSchema), text);
  return parsed.success ? parsed.output : undefined;
}

function pathIn(folder: string): string {
  return join(folder, "comparison.json");
}
