/** Uploads and removals → the buckets' objects and versions, and the record that S3 sends of each change. */
import { createHash } from "node:crypto";
import type { ObjectName } from "../../function/errors.ts";
import { type Content, objects } from "./history.ts";

export const paragraphs = [
  "Bees dance for sugar",
  "Clouds foretell some rain",
  "Green tea wants patience",
  "Old clocks lose minutes",
  "Wet snow needs wax",
  "Quiet rivers run deep",
] as const;

export const maxObjectBytes = 1_000;

export interface StoredVersion {
  /** `undefined` for a delete marker. */
  readonly bytes: Uint8Array | undefined;
  readonly content: Content | undefined;
  /** In whole seconds, as S3 gives it. */
  readonly lastModified: Date;
  readonly etag: string;
  readonly versionId: string | undefined;
}

export interface Buckets {
  put(object: number, content: Content, begunAt: number, eventName: string): object | undefined;
  remove(object: number, eventPrefix: string): object | undefined;
  /** Deletes the newest version or delete marker for good, in a versioned bucket. */
  undelete(object: number): object | undefined;
  /** A record for an object that is there, made by somebody else than S3: without a sequencer. */
  announce(object: number): object | undefined;
  /** What a GetObject would give now. */
  current(name: ObjectName): StoredVersion | undefined;
  /** Whether it has been away since it first came. */
  wasAbsent(name: ObjectName): boolean;
}

export function createBuckets(now: () => number): Buckets {
  const stacks = objects.map((): StoredVersion[] => []);
  const absent = new Set<number>();
  let changes = 0;
  const indexOf = ({ bucket, key }: ObjectName) =>
    objects.findIndex((each) => each.bucket === bucket && each.key === key);
  const isVersioned = (object: number) => objects[object]?.bucket === "versioned";
  const isThere = (object: number) => stacks[object]?.at(-1)?.bytes !== undefined;

  function push(object: number, content: Content | undefined, modifiedAt: number): void {
    const bytes = content === undefined ? undefined : bytesOf(content);
    const version: StoredVersion = {
      bytes,
      content,
      lastModified: new Date(Math.floor(modifiedAt / 1_000) * 1_000),
      etag: `"${createHash("md5")
        .update(bytes ?? "")
        .digest("hex")}"`,
      versionId: isVersioned(object) ? `v${changes}` : undefined,
    };
    if (!isVersioned(object)) stacks[object]?.splice(0);
    stacks[object]?.push(version);
  }

  /** Sequencers differ in length and compare padded with zeros on the right. */
  function recordOf(object: number, eventName: string, sequenced = true): object {
    changes += 1;
    const sequencer = changes.toString(16).padStart(6, "0") + (changes % 3 === 0 ? "8F" : "");
    const { bucket = "", key = "" } = objects[object] ?? {};
    return {
      eventVersion: "2.6",
      eventTime: new Date(now()).toISOString(),
      eventName,
      s3: {
        bucket: { name: bucket },
        object: {
          key: encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/"),
          ...(sequenced ? { sequencer } : {}),
        },
      },
    };
  }

  return {
    put(object, content, begunAt, eventName) {
      push(object, content, begunAt);
      return recordOf(object, eventName);
    },
    remove(object, eventPrefix) {
      absent.add(object);
      if (isVersioned(object)) {
        push(object, undefined, now());
        return recordOf(object, `${eventPrefix}:DeleteMarkerCreated`);
      }
      if (!isThere(object)) return undefined;
      stacks[object]?.splice(0);
      return recordOf(object, `${eventPrefix}:Delete`);
    },
    undelete(object) {
      if (!isVersioned(object) || stacks[object]?.pop() === undefined) return undefined;
      if (!isThere(object)) absent.add(object);
      return recordOf(object, "ObjectRemoved:Delete");
    },
    announce: (object) =>
      isThere(object) ? recordOf(object, "ObjectCreated:Put", false) : undefined,
    current(name) {
      const version = stacks[indexOf(name)]?.at(-1);
      return version?.bytes === undefined ? undefined : version;
    },
    wasAbsent: (name) => absent.has(indexOf(name)),
  };
}

function bytesOf(content: Content): Uint8Array {
  if (content === "empty") return new Uint8Array();
  if (content === "binary") return Buffer.from("text\0text");
  if (content === "too large") return Buffer.alloc(maxObjectBytes + 1, "a");
  return Buffer.from(content.map((index) => paragraphs[index]).join("\n\n"));
}
