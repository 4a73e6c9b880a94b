/** A model and other files in place of some of its own → the model that has them, in a folder of its own. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ModelManifest } from "../../function/model/manifest.ts";
import { digestFile } from "./digest.ts";
import { linkOrCopy } from "./link.ts";
import type { Model } from "./obtain.ts";

export interface NewFile {
  /** Inside the folder. */
  readonly path: string;
  /** Makes the file at a path whose folder there is. */
  write(target: string): Promise<void>;
}

export interface Derivation {
  /** Paths of the source's files that the new ones stand in for. */
  readonly replaced: readonly string[];
  readonly added: readonly NewFile[];
  /** What is else in the manifest. */
  readonly facts: Partial<Omit<ModelManifest, "files">>;
}

/** Writes the model's folder anew. Files that are not replaced are the source's own, linked. */
export async function deriveModel(
  source: Model,
  folder: string,
  { replaced, added, facts }: Derivation,
): Promise<Model> {
  await rm(folder, { recursive: true, force: true });
  const kept = source.manifest.files.filter(({ path }) => !replaced.includes(path));
  for (const { path } of [...kept, ...added]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
  }
  for (const { path } of kept) await linkOrCopy(join(source.folder, path), join(folder, path));
  const files: ModelManifest["files"] = [];
  for (const { path, write } of added) {
    await write(join(folder, path));
    files.push({ path, ...(await digestFile(join(folder, path))) });
  }
  const place = source.manifest.files.findIndex(({ path }) => replaced.includes(path));
  const manifest = { ...source.manifest, ...facts, files: kept.toSpliced(place, 0, ...files) };
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return { folder, manifest };
}
