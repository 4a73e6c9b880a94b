/** A model folder and its manifest → nothing, or an error that names the first file which is not as declared. */
import { join } from "node:path";
import { ModelFolderError } from "../../function/errors.ts";
import type { ModelManifest } from "../../function/model/manifest.ts";
import { describeDigest, digestFileIfPresent } from "./digest.ts";

/**
 * Reads every file of the manifest and compares its size and SHA-256.
 * @throws {ModelFolderError} naming the file, what is expected and what was found
 */
export async function verifyModelFolder(folder: string, manifest: ModelManifest): Promise<void> {
  for (const file of manifest.files) {
    const path = join(folder, file.path);
    const found = await digestFileIfPresent(path);
    if (found?.bytes === file.bytes && found.sha256 === file.sha256) continue;
    const problem = found === undefined ? "is missing" : `has ${describeDigest(found)}`;
    throw new ModelFolderError(
      folder,
      `${path} ${problem}; its manifest declares ${describeDigest(file)}. ` +
        "Fetch the file again, or remove manifest.json when the change is meant.",
    );
  }
}
