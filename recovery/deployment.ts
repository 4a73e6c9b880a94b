/** What redrive, backfill and reconcile need of a deployment, be it in AWS or on this machine. */
import { type ObjectName, objectUrl } from "../function/errors.ts";
import type { KeyFilter } from "../infra/document-buckets.ts";

/** A bucket whose documents are embedded: the keys that match any of its filters. */
export interface DocumentBucket {
  readonly name: string;
  readonly filters: readonly KeyFilter[];
}

/** An object as a listing of its bucket shows it. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  /** In whole seconds; `undefined` where it says nothing of the object's version. */
  readonly modifiedAt: Date | undefined;
}

/** What the table says of an object that it takes to be there. */
export interface RecordedObject {
  readonly key: string;
  readonly status: "embedded" | "rejected";
  /** Why it was rejected. */
  readonly error: string | null;
  /** Null where it was rejected before its version was known. */
  readonly etag: string | null;
  readonly modifiedAt: Date;
}

/** A message of a dead-letter queue. */
export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  readonly sentAt: Date;
  /** What the sender says of the reason outside of the body. */
  readonly error: string | undefined;
  /** How often it was received before, from this queue and from where SQS moved it from. */
  readonly receives: number;
  delete(): Promise<void>;
}

export interface DeadLetterQueue {
  readonly name: string;
  /** What lies in it, as a heading. */
  readonly meaning: string;
  /** Each message once. Those that are not deleted are there for others again when the iteration ends. */
  receive(): AsyncIterable<DeadLetter>;
}

export interface Deployment {
  /** As a person calls it, and apart from every other one. */
  readonly name: string;
  /** What the commands of this one have in common: `--stack dev`. */
  readonly option: string;
  readonly deadLetterQueues: readonly DeadLetterQueue[];
  buckets(): Promise<readonly DocumentBucket[]>;
  /** In the order of their keys. Throws {@link BucketError}. */
  listObjects(bucket: string, prefix: string, afterKey?: string): AsyncIterable<ListedObject>;
  recordedObjects(bucket: string): AsyncIterable<RecordedObject>;
  /** Publishes up to ten messages to the topic; returns once all of them are accepted. */
  publish(messages: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** The most that `publish` takes: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html */
export const maxMessagesPerPublish = 10;

export class UnknownBucketError extends Error {
  override readonly name = "UnknownBucketError";
  constructor(bucket: string, { name }: Deployment, known: readonly DocumentBucket[]) {
    super(
      `${name} has no bucket ${bucket}. Its buckets are ${known.map((each) => each.name).join(", ")}.`,
    );
  }
}

export class BucketError extends Error {
  override readonly name = "BucketError";
  constructor(bucket: string, problem: string, options: ErrorOptions) {
    super(
      `The objects of ${objectUrl({ bucket, key: "" })} cannot be listed: ${problem}. ` +
        "It takes an existing bucket and s3:ListBucket on it.",
      options,
    );
  }
}

/** @throws {UnknownBucketError} */
export async function findBucket(deployment: Deployment, name: string): Promise<DocumentBucket> {
  const buckets = await deployment.buckets();
  const bucket = buckets.find((each) => each.name === name);
  if (bucket === undefined) throw new UnknownBucketError(name, deployment, buckets);
  return bucket;
}

/** The bucket's documents under a prefix, in the order of their keys: what S3 would send an event of. */
export async function* listDocuments(
  deployment: Deployment,
  { name, filters }: DocumentBucket,
  prefix = "",
  afterKey?: string,
): AsyncGenerator<ListedObject> {
  const narrowest = commonPrefix(filters.map((filter) => filter.prefix));
  const listed = prefix.startsWith(narrowest) ? prefix : narrowest;
  for await (const object of deployment.listObjects(name, listed, afterKey)) {
    if (object.key.startsWith(prefix) && isDocument(object, filters)) yield object;
  }
}

/** Whether an event of this key would come, and would not be ignored: a key that ends in / is a folder. */
export function isDocument(
  { key }: Pick<ObjectName, "key">,
  filters: readonly KeyFilter[],
): boolean {
  return (
    !key.endsWith("/") &&
    filters.some(({ prefix, suffix }) => key.startsWith(prefix) && key.endsWith(suffix))
  );
}

function commonPrefix([first = "", ...others]: readonly string[]): string {
  let length = first.length;
  while (!others.every((other) => other.startsWith(first.slice(0, length)))) length -= 1;
  return first.slice(0, length);
}
