/** A model → what the model layer holds: the files that the function reads, the manifest and the licence's notice. */
import { join } from "node:path";
import type { ModelManifest } from "../../function/model/manifest.ts";
import type { ZipEntry } from "../zip.ts";
import type { Model } from "./obtain.ts";

/** Lambda unpacks a layer under /opt; the function looks in /opt/model. */
export function modelContents(model: Model): readonly ZipEntry[] {
  return modelEntries(model).map((entry) => ({ ...entry, path: `model/${entry.path}` }));
}

/** The same, with the paths that the function sees in its model folder. */
export function modelEntries({ folder, manifest }: Model): readonly ZipEntry[] {
  const files = manifest.files.map(({ path, bytes }) => ({
    path,
    bytes,
    sourcePath: join(folder, path),
  }));
  return [
    ...files,
    textEntry("manifest.json", JSON.stringify(manifest)),
    textEntry("NOTICE", notice(manifest)),
  ];
}

function textEntry(path: string, text: string): ZipEntry {
  return { path, bytes: Buffer.byteLength(text), text };
}

/** In the words that section 3.1 of the Gemma Terms of Use asks for; they suit the other licences too. */
function notice({ id, licence }: ModelManifest): string {
  return `${id} is provided under and subject to the ${licence.name}${licence.url && ` found at ${licence.url}`}.\n`;
}
