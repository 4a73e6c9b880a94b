/** Takes a folder and writes zips without entries into it, with the manifest of a build for the default settings. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type ZipName = "function.zip" | "dependencies-layer.zip" | "model-layer.zip";

/** Each zip's comment is its name, or what is given: another comment is another build. Gives the SHA-256 of each. */
export function writeArtefacts(
  distFolder: string,
  comments: Partial<Record<ZipName, string>> = {},
): Record<ZipName, string> {
  mkdirSync(distFolder, { recursive: true });
  const write = (name: ZipName) => {
    const zip = emptyZip(comments[name] ?? name);
    writeFileSync(join(distFolder, name), zip);
    return createHash("sha256").update(zip).digest("hex");
  };
  const hashes = {
    "function.zip": write("function.zip"),
    "dependencies-layer.zip": write("dependencies-layer.zip"),
    "model-layer.zip": write("model-layer.zip"),
  };
  const manifest = {
    architecture: "arm64",
    model: "embeddinggemma-300m",
    files: Object.fromEntries(Object.entries(hashes).map(([name, sha256]) => [name, { sha256 }])),
  };
  writeFileSync(join(distFolder, "manifest.json"), JSON.stringify(manifest));
  return hashes;
}

/** The end-of-central-directory record alone: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3.16 */
function emptyZip(comment: string): Buffer {
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  record.writeUInt16LE(Buffer.byteLength(comment), 20);
  return Buffer.concat([record, Buffer.from(comment)]);
}
