/** A file → the same file in another folder, without a second place on the disk where that can be had. */
import { copyFile, link, realpath } from "node:fs/promises";

/** Links, or copies where the folders lie on two disks. Throws what `node:fs` throws. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  // The link must be to the file: ONNX Runtime refuses weights behind a symbolic link.
  await link(await realpath(from), to).catch(() => copyFile(from, to));
}
