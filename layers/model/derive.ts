/** A model and another form of one of its files → the model that has it, in a folder of its own. */
import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ModelManifest } from "../../function/model/manifest.ts";
import { linkOrCopy } from "./link.ts";
import type { Model } from "./obtain.ts";

export interface Replacement {
  /** Of the file that is replaced, and of what comes in its place; inside the folder. */
  readonly path: string;
  readonly newPath: string;
  readonly bytes: Uint8Array;
}

/** The files of the model that is to be written. */
export function replaceFile(
  files: ModelManifest["files"],
  { path, newPath, bytes }: Replacement,
): ModelManifest["files"] {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return files.map((file) =>
    file.path === path ? { path: newPath, bytes: bytes.length, sha256 } : file,
  );
}

/** Writes the model's folder anew. Files that are not replaced are the source's own, linked. */
export async function writeDerivedModel(
  source: Model,
  { folder, manifest }: Model,
  { path: replaced, newPath, bytes }: Replacement,
): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const { path } of source.manifest.files) {
    const target = join(folder, path === replaced ? newPath : path);
    await mkdir(dirname(target), { recursive: true });
    if (path === replaced) await writeFile(target, bytes);
    else await linkOrCopy(join(source.folder, path), target);
  }
  await writeFile(join(folder, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}
