/** A model → what the function fetches from S3 in place of a layer, in a folder as the objects' keys have it. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { modelEntries } from "./model/contents.ts";
import { type Digest, digestFile } from "./model/digest.ts";
import { linkOrCopy } from "./model/link.ts";
import type { Model } from "./model/obtain.ts";

export interface ModelObject extends Digest {
  /** With forward slashes, relative to the model's own prefix. */
  readonly path: string;
  readonly sourcePath: string;
}

export interface ModelObjects {
  /** Of manifest.json, which has the digests of all that the function reads: one digest stands for the model. */
  readonly sha256: string;
  readonly objects: readonly ModelObject[];
}

/** Writes the folder anew, the model's own files as links. Throws what `node:fs` throws. */
export async function writeModelObjects(folder: string, model: Model): Promise<ModelObjects> {
  await rm(folder, { recursive: true, force: true });
  const objects: ModelObject[] = [];
  for (const entry of modelEntries(model)) {
    const sourcePath = join(folder, entry.path);
    await mkdir(dirname(sourcePath), { recursive: true });
    if ("text" in entry) await writeFile(sourcePath, entry.text);
    else await linkOrCopy(entry.sourcePath, sourcePath);
    objects.push({ path: entry.path, sourcePath, ...(await digestFile(sourcePath)) });
  }
  const { sha256 } = await digestFile(join(folder, "manifest.json"));
  return { sha256, objects };
}
