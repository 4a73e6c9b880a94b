/** A file → its length and SHA-256, read as a stream. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";

export interface Digest {
  readonly bytes: number;
  /** In hex. */
  readonly sha256: string;
}

/** Throws what `node:fs` throws when the file cannot be read. */
export async function digestFile(path: string): Promise<Digest> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** The digest, or `undefined` where there is no such file. */
export async function digestFileIfPresent(path: string): Promise<Digest | undefined> {
  try {
    return await digestFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

export function describeDigest({ bytes, sha256 }: Digest): string {
  return `${bytes} bytes with SHA-256 ${sha256}`;
}
