/** A bucket and a prefix → its objects, page by page, in the order of their keys. */
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { reason } from "../function/errors.ts";
import { BucketError, type ListedObject } from "./deployment.ts";

/**
 * Each page is asked for by the last key of the one before: that stays good however long a page is worked on.
 * @throws {BucketError}
 */
export async function* listObjects(
  s3: S3Client,
  bucket: string,
  prefix: string,
  afterKey?: string,
): AsyncGenerator<ListedObject> {
  let after = afterKey;
  for (let isTruncated = true; isTruncated; ) {
    const request = { Bucket: bucket, Prefix: prefix, StartAfter: after };
    const page = await s3.send(new ListObjectsV2Command(request)).catch((cause: unknown) => {
      throw new BucketError(bucket, reason(cause), { cause });
    });
    for (const { Key = "", ETag = "", LastModified } of page.Contents ?? []) {
      yield { key: Key, etag: ETag, modifiedAt: LastModified };
      after = Key;
    }
    isTruncated = page.IsTruncated === true;
  }
}
