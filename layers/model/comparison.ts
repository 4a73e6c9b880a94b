/** A variant's folder → what its comparison found, for as long as the folder holds what was compared. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as v from "valibot";
import type { Similarity } from "./compare.ts";
import type { Model } from "./obtain.ts";
import { verifyModelFolder } from "./verify.ts";

const recordSchema = v.object({
  manifest: v.unknown(),
  similarities: v.array(v.object({ tokens: v.number(), cosine: v.number() })),
});

/** Keeps it beside the manifest, since to compare graphs of full size takes seconds. */
export async function writeComparison(
  { folder, manifest }: Model,
  similarities: readonly Similarity[],
): Promise<void> {
  await writeFile(recordPath(folder), JSON.stringify({ manifest, similarities }));
}

/** `undefined` where there is none, or the folder is not the one that `model` would be. */
export async function readComparison({
  folder,
  manifest,
}: Model): Promise<readonly Similarity[] | undefined> {
  const text = await readFile(recordPath(folder), "utf8").catch(() => "null");
  const record = v.safeParse(v.pipe(v.string(), v.parseJson(), recordSchema), text);
  if (!record.success || !isDeepStrictEqual(record.output.manifest, manifest)) return undefined;
  const isWhole = await verifyModelFolder(folder, manifest).then(
    () => true,
    () => false,
  );
  return isWhole ? record.output.similarities : undefined;
}

function recordPath(folder: string): string {
  return join(folder, "comparison.json");
}
