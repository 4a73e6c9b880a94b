/** A model's objects → its folder, which is there only when each of them is what was uploaded. */
import { createHash } from "node:crypto";
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ModelFolderError, objectUrl, reason } from "../errors.ts";
import type { ModelAddress } from "../settings.ts";
import { readManifest } from "./manifest.ts";
import { type Range, rangesOf, readInOrder } from "./parts.ts";

/** Gives the range's bytes, and fewer where the object ends before. */
export type ReadRange = (key: string, range: Range) => Promise<Uint8Array>;

export interface FetchOptions {
  readonly partBytes: number;
  /** Parts that are read at a time; as many times `partBytes` are in memory. */
  readonly concurrency: number;
}

/** AWS advises 8 to 16 MB: https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html */
const defaultOptions: FetchOptions = { partBytes: 8 << 20, concurrency: 8 };

/**
 * Makes `folder` the model's folder, unless it is there already. Until all of it is verified it has another name,
 * so that what a process left that was ended meanwhile is never taken for it, and is begun anew.
 * @throws {ModelFolderError} when an object cannot be read or is not what was uploaded; the folder is not there then
 */
export async function fetchModel(
  address: ModelAddress,
  folder: string,
  readRange: ReadRange,
  { partBytes, concurrency } = defaultOptions,
): Promise<void> {
  if (await isPresent(folder)) return;
  const unfinished = `${folder}.part`;
  const keyOf = (path: string) => `${address.prefix}/${path}`;
  const fail = (problem: string, options?: ErrorOptions) =>
    new ModelFolderError(folder, problem, options);
  const verify = (path: string, expected: Digest, found: Digest) => {
    if (found.sha256 === expected.sha256) return;
    const url = objectUrl({ bucket: address.bucket, key: keyOf(path) });
    throw fail(describeMismatch(url, expected, found));
  };
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { recursive: true });

    const manifest = await readRange(keyOf("manifest.json"), { startByte: 0, endByte: partBytes });
    const sha256 = createHash("sha256").update(manifest).digest("hex");
    verify("manifest.json", address, { bytes: manifest.length, sha256 });
    await writeFile(join(unfinished, "manifest.json"), manifest);

    const { files } = await readManifest(unfinished);
    const parts = files.flatMap(({ path, bytes }) =>
      rangesOf(bytes, partBytes).map((range) => ({ key: keyOf(path), range })),
    );
    const pieces = readInOrder(parts, ({ key, range }) => readRange(key, range), concurrency);
    for (const file of files) {
      const count = rangesOf(file.bytes, partBytes).length;
      verify(file.path, file, await write(join(unfinished, file.path), pieces, count));
    }
    await rename(unfinished, folder);
  } catch (error) {
    throw error instanceof ModelFolderError ? error : fail(reason(error), { cause: error });
  }
}

interface Digest {
  readonly bytes?: number;
  /** In hex. */
  readonly sha256: string;
}

/** Writes the next `count` pieces, digesting each while others are under way. */
async function write(
  path: string,
  pieces: AsyncGenerator<Uint8Array, void>,
  count: number,
): Promise<Digest> {
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash("sha256");
  let bytes = 0;
  const target = await open(path, "w");
  try {
    for (let taken = 0; taken < count; taken += 1) {
      const piece = (await pieces.next()).value ?? new Uint8Array();
      hash.update(piece);
      bytes += piece.length;
      await target.writeFile(piece);
    }
  } finally {
    await target.close();
  }
  return { bytes, sha256: hash.digest("hex") };
}

function describe({ bytes, sha256 }: Digest): string {
  return `${bytes === undefined ? "" : `${bytes} bytes with `}SHA-256 ${sha256}`;
}

function describeMismatch(url: string, expected: Digest, found: Digest): string {
  return (
    `${url} is not what was uploaded: expected ${describe(expected)}, found ${describe(found)}. ` +
    "Delete the object, and `pulumi up --refresh` uploads it again."
  );
}

async function isPresent(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
