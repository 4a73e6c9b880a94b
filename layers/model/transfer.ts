/** A URL and the digest of what must be there → the verified file on disk, over connections that break. */
import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";
import { reason } from "../../function/errors.ts";
import type { ModelFile } from "../../function/model/manifest.ts";
import { describeDigest, digestFileIfPresent } from "./digest.ts";
import { HubRefusalError, HubUnreachableError, ModelFileMismatchError } from "./errors.ts";

export interface TransferOptions {
  /** Called with how much of the file is there, from a resumed beginning to the end. */
  readonly onReceived: (receivedBytes: number) => void;
  /** Doubles with each attempt that brings nothing. */
  readonly retryDelayMilliseconds: number;
}

/** Attempts in a row that bring not one byte before the hub counts as unreachable. */
const maxFruitlessAttempts = 4;

/**
 * Makes `path` the file that `file` describes. What is complete already is not fetched; what arrived before
 * is kept in `<path>.part` and continued.
 * @throws {ModelFileMismatchError} when something else is there; the part is deleted
 * @throws {HubRefusalError} when the hub answers that it will not give it
 * @throws {HubUnreachableError} when no connection lasts
 */
export async function transferFile(
  url: string,
  path: string,
  file: ModelFile,
  options: TransferOptions,
): Promise<void> {
  const present = await digestFileIfPresent(path);
  if (present?.bytes === file.bytes && present.sha256 === file.sha256) {
    options.onReceived(file.bytes);
    return;
  }
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  for (let fruitless = 0; ; ) {
    const bytesBefore = await sizeOf(part);
    try {
      await receive(url, part, file, options.onReceived);
      break;
    } catch (error) {
      if (error instanceof ModelFileMismatchError) await rm(part, { force: true });
      if (!(error instanceof BrokenConnectionError)) throw error;
      fruitless = (await sizeOf(part)) > bytesBefore ? 1 : fruitless + 1;
      if (fruitless === maxFruitlessAttempts) throw new HubUnreachableError(url, error);
      await setTimeout(options.retryDelayMilliseconds * 2 ** (fruitless - 1));
    }
  }
  await rename(part, path);
}

/** Continues the part to its end, or begins it anew where the hub does not continue. */
async function receive(
  url: string,
  part: string,
  file: ModelFile,
  onReceived: (receivedBytes: number) => void,
): Promise<void> {
  let hash = createHash("sha256");
  let bytes = await hashPart(part, hash);
  if (bytes < file.bytes) {
    const response = await request(url, bytes);
    const isContinued = response.status === 206;
    if (!isContinued) {
      hash = createHash("sha256");
      bytes = 0;
    }
    const target = await open(part, isContinued ? "a" : "w");
    try {
      for await (const chunk of readBody(response)) {
        hash.update(chunk);
        bytes += chunk.length;
        if (bytes > file.bytes) break;
        await target.appendFile(chunk);
        onReceived(bytes);
      }
    } finally {
      await target.close();
    }
  }
  if (bytes > file.bytes)
    throw new ModelFileMismatchError(url, file, `more than ${file.bytes} bytes`);
  const found = { bytes, sha256: hash.digest("hex") };
  if (found.bytes !== file.bytes || found.sha256 !== file.sha256) {
    throw new ModelFileMismatchError(url, file, describeDigest(found));
  }
}

/** Asks for the file from a byte on. Gives 206 with what follows it, or 200 with the whole. */
async function request(url: string, fromByte: number): Promise<Response> {
  // Bytes as they are published: a compressed answer has other ranges and another digest.
  const headers = { "accept-encoding": "identity" };
  const range = fromByte === 0 ? {} : { range: `bytes=${fromByte}-` };
  const response = await fetch(url, { headers: { ...headers, ...range } }).catch((cause) => {
    throw new BrokenConnectionError(describeNetworkError(cause), { cause });
  });
  const { status } = response;
  const continuesAt = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (status === 200 || (status === 206 && Number(continuesAt) === fromByte)) return response;
  await response.body?.cancel();
  if (fromByte > 0 && (status === 206 || status === 416)) return request(url, 0);
  if (status === 408 || status === 429 || status >= 500) {
    throw new BrokenConnectionError(`HTTP ${status}`);
  }
  throw new HubRefusalError(url, status);
}

async function* readBody(response: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body ?? [];
  } catch (cause) {
    throw new BrokenConnectionError(describeNetworkError(cause), { cause });
  }
}

async function hashPart(part: string, hash: Hash): Promise<number> {
  if ((await sizeOf(part)) === 0) return 0;
  let bytes = 0;
  for await (const chunk of createReadStream(part)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return bytes;
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}

/** Nothing is wrong with the file: the same request may succeed in a moment. */
class BrokenConnectionError extends Error {
  override readonly name = "BrokenConnectionError";
}

/** `fetch` says "fetch failed" or "terminated" and hides what happened in a cause. */
function describeNetworkError(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return reason(error);
  return `${reason(error)}: ${"code" in cause ? cause.code : cause.message}`;
}
