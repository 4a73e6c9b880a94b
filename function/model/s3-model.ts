/** The address of a model in S3 → its folder, fetched with a client of its own over connections that break. */
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ObjectAccessError, type ObjectName, ObjectReadError } from "../errors.ts";
import { retry } from "../retry.ts";
import type { ModelAddress } from "../settings.ts";
import { createTime } from "../time.ts";
import { fetchModel } from "./fetch-model.ts";
import type { Range } from "./parts.ts";

/**
 * A part takes a second where eight share Lambda's network. A connection that lasted while the environment was
 * frozen is dead and does not say so.
 */
const defaultPartTimeoutMilliseconds = 15_000;

/** Throws what {@link fetchModel} throws. */
export async function fetchModelFromS3(
  address: ModelAddress,
  folder: string,
  partTimeoutMilliseconds = defaultPartTimeoutMilliseconds,
): Promise<void> {
  // The parts are verified together; S3 has no checksum of one.
  const s3 = new S3Client({ responseChecksumValidation: "WHEN_REQUIRED" });
  const ended = new AbortController();
  const time = createTime();
  try {
    await fetchModel(address, folder, (key, range) => {
      const object = { bucket: address.bucket, key };
      return retry(() => {
        const late = AbortSignal.timeout(partTimeoutMilliseconds);
        return readRange(s3, object, range, { ended: ended.signal, late });
      }, time);
    });
  } finally {
    // Where one part has failed, the others are of no use.
    ended.abort();
    s3.destroy();
  }
}

async function readRange(
  s3: S3Client,
  object: ObjectName,
  { startByte, endByte }: Range,
  { ended, late }: { readonly ended: AbortSignal; readonly late: AbortSignal },
): Promise<Uint8Array> {
  const request = new GetObjectCommand({
    Bucket: object.bucket,
    Key: object.key,
    Range: `bytes=${startByte}-${endByte - 1}`,
  });
  try {
    const { Body } = await s3.send(request, { abortSignal: AbortSignal.any([ended, late]) });
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    const name = error instanceof Error ? error.name : "";
    // The object ends before the range.
    if (name === "InvalidRange") return new Uint8Array();
    if (name === "AccessDenied") throw new ObjectAccessError(object, { cause: error });
    throw new ObjectReadError(object, { cause: late.aborted ? late.reason : error });
  }
}
