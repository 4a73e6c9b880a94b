/** A bucket and the table → where the two differ, object by object. */
import {
  type Deployment,
  type DocumentBucket,
  isDocument,
  type ListedObject,
  listDocuments,
  type RecordedObject,
} from "./deployment.ts";
import { announce } from "./publishing.ts";

export type Difference = { readonly bucket: string; readonly key: string } & (
  | {
      /** In the bucket and not in the table; there in another version; in the table alone. */
      readonly kind: "missing" | "stale" | "orphaned";
    }
  /** In both as one version, which cannot be embedded: no difference. */
  | { readonly kind: "rejected"; readonly error: string }
);

/**
 * Compares what the bucket lists with what source_objects says, within the bucket's filters, by ETag and
 * Last-Modified. The table is read first and held in memory: it may order keys otherwise than S3 does.
 */
export async function* compareBucket(
  deployment: Deployment,
  bucket: DocumentBucket,
): AsyncGenerator<Difference> {
  const recorded = new Map<string, RecordedObject>();
  for await (const row of deployment.recordedObjects(bucket.name)) {
    if (isDocument(row, bucket.filters)) recorded.set(row.key, row);
  }
  for await (const object of listDocuments(deployment, bucket)) {
    const { key } = object;
    const row = recorded.get(key);
    recorded.delete(key);
    if (row === undefined) yield { bucket: bucket.name, key, kind: "missing" };
    else if (!isSameVersion(row, object)) yield { bucket: bucket.name, key, kind: "stale" };
    else if (row.status === "rejected") {
      yield { bucket: bucket.name, key, kind: "rejected", error: row.error ?? "" };
    }
  }
  for (const key of recorded.keys()) yield { bucket: bucket.name, key, kind: "orphaned" };
}

/** The change to announce, so that the function mends the difference; for a rejected object there is none. */
export function mend({ bucket, key, kind }: Difference) {
  if (kind === "rejected") return undefined;
  return announce(bucket, key, kind === "orphaned" ? "ObjectRemoved:Delete" : "ObjectCreated:Put");
}

function isSameVersion(row: RecordedObject, object: ListedObject): boolean {
  // An object that could not even be opened (an archived one) was recorded without its version.
  if (row.etag === null) return row.status === "rejected";
  const seconds = (date: Date) => Math.floor(date.getTime() / 1_000);
  return (
    row.etag === object.etag &&
    (object.modifiedAt === undefined || seconds(row.modifiedAt) === seconds(object.modifiedAt))
  );
}
