/** A change → the object as S3 has it now: its version, and its bytes when they are asked for. */

import {
  ObjectAccessError,
  ObjectArchivedError,
  type ObjectName,
  ObjectReadError,
  ObjectTooLargeError,
} from "./errors.ts";
import type { ObjectChange } from "./events.ts";

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
  /**
   * Reads the content.
   * @throws {ObjectTooLargeError} before anything is downloaded
   * @throws {ObjectReadError} when the connection breaks
   */
  read(maxObjectBytes: number): Promise<Uint8Array>;
}

/** The part of S3's GetObject answer that is used. */
export interface GetObjectAnswer {
  readonly ContentLength?: number | undefined;
  readonly ContentType?: string | undefined;
  readonly ETag?: string | undefined;
  readonly LastModified?: Date | undefined;
  readonly VersionId?: string | undefined;
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
    version: {
      modifiedAt: answer.LastModified ?? change.occurredAt,
      sequencer: change.sequencer,
      etag: answer.ETag,
      versionId: answer.VersionId,
    },
    read: (maxObjectBytes) => readBody(change, answer, maxObjectBytes),
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
