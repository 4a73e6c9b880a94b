/** A change → the object as S3 has it now: its version, and its bytes when they are asked for. */

import {
  ObjectAccessError,
  ObjectArchivedError,
  type ObjectName,
  ObjectReadError,
  ObjectTooLargeError,
} from "./errors.ts";
import type { ObjectChange } from "./events.ts";
import type { ObjectMetadata } from "./store.ts";

/** What orders the states of one object, and tells them apart. */
export interface ObjectVersion {
  readonly modifiedAt: Date;
  readonly sequencer: string | undefined;
  readonly etag: string | undefined;
  readonly versionId: string | undefined;
  /** What `objectRevision` gave before the object was read, for a change without a sequencer. */
  readonly seenRevision?: number | undefined;
}

export interface SourceObject extends ObjectName {
  readonly version: ObjectVersion;
  readonly contentType: string | undefined;
  /** What who uploaded it has said of it, where that is something. */
  readonly labels: Pick<ObjectMetadata, "user" | "tags">;
  /**
   * Reads the content.
   * @throws {ObjectTooLargeError} before anything is downloaded
   * @throws {ObjectReadError} when the connection breaks
   */
  read(maxObjectBytes: number): Promise<Uint8Array>;
}

/** The part of S3's answers to GetObject and GetObjectTagging that is used. */
export interface GetObjectAnswer {
  readonly ContentLength?: number | undefined;
  readonly ContentType?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly VersionId?: string | undefined;
  readonly Metadata?: Readonly<Record<string, string>> | undefined;
  readonly TagSet?:
    | readonly { readonly Key: string | undefined; readonly Value: string | undefined }[]
    | undefined;
  readonly Body?: { transformToByteArray(): Promise<Uint8Array>; destroy?(): void } | undefined;
}

export type GetObject = (name: ObjectName) => Promise<GetObjectAnswer>;

/**
 * Opens the object in its present state, whatever the change said; `undefined` when there is none.
 * The body is not read yet.
 * @throws {ObjectArchivedError} for an object that must be restored first
 * @throws {ObjectAccessError} when the role lacks a permission
 * @throws {ObjectReadError} for any other answer of S3
 */
export async function openObject(
  getObject: GetObject,
  change: ObjectChange,
): Promise<SourceObject | undefined> {
  const { bucket, key } = change;
  const answer = await getObject({ bucket, key }).catch((cause: unknown) => {
    const name = cause instanceof Error ? cause.name : "";
    if (name === "NoSuchKey" || name === "NotFound") return undefined;
    if (name === "InvalidObjectState") throw new ObjectArchivedError({ cause });
    if (name === "AccessDenied" || name === "Forbidden")
      throw new ObjectAccessError(change, { cause });
    throw new ObjectReadError(change, { cause });
  });
  if (answer === undefined) return undefined;
  return {
    bucket,
    key,
    contentType: answer.ContentType,
    labels: await readLabels(answer),
    version: {
      modifiedAt: answer.LastModified ?? change.occurredAt,
      sequencer: change.sequencer,
      etag: answer.ETag,
      versionId: answer.VersionId,
    },
    read: (maxObjectBytes) => readBody(change, answer, maxObjectBytes),
  };
}

/**
 * S3 gives what is not ASCII as encoded words of RFC 2047.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 */
async function readLabels({
  Metadata = {},
  TagSet = [],
}: GetObjectAnswer): Promise<SourceObject["labels"]> {
  let entries = Object.entries(Metadata);
  if (entries.some(([, value]) => value.includes("=?"))) {
    const { decodeWords } = await import("postal-mime");
    entries = entries.map(([name, value]) => [name, decodeWords(value)]);
  }
  const tags = TagSet.map(({ Key = "", Value = "" }) => [Key, Value] as const);
  return {
    ...(entries.length === 0 ? {} : { user: Object.fromEntries(entries) }),
    ...(tags.length === 0 ? {} : { tags: Object.fromEntries(tags) }),
  };
}

async function readBody(
  name: ObjectName,
  { Body, ContentLength }: GetObjectAnswer,
  maxObjectBytes: number,
): Promise<Uint8Array> {
  if (ContentLength !== undefined && ContentLength > maxObjectBytes) {
    Body?.destroy?.();
    throw new ObjectTooLargeError(ContentLength, maxObjectBytes);
  }
  if (Body === undefined) return new Uint8Array();
  const bytes = await Body.transformToByteArray().catch((cause: unknown) => {
    throw new ObjectReadError(name, { cause });
  });
  if (ContentLength !== undefined && bytes.length !== ContentLength) {
    const problem = `${bytes.length} of ${ContentLength} bytes arrived`;
    const cause = Object.assign(new Error(problem), { code: "ECONNRESET" });
    throw new ObjectReadError(name, { cause });
  }
  return bytes;
}
