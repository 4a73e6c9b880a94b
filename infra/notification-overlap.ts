/** Takes what two notification configurations of a bucket select and tells whether S3 refuses them together. */

/** Events and keys that one configuration of a bucket selects; an empty prefix or suffix is any. */
export interface EventSelection {
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
}

/** What the ingest function acts on: objects that appear, and objects that go. */
export const OBJECT_EVENTS = [
  "s3:ObjectCreated:*",
  "s3:ObjectRestore:Completed",
  "s3:ObjectRemoved:*",
  "s3:LifecycleExpiration:*",
] as const;

/**
 * The first of `others` that shares an event with `selection` and can match the same key: S3 gives
 * an event to one destination only and refuses such a pair.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export function findOverlap<Selection extends EventSelection>(
  selection: EventSelection,
  others: readonly Selection[],
): Selection | undefined {
  return others.find(
    (other) =>
      selection.events.some((event) => other.events.some((theirs) => sameEvent(event, theirs))) &&
      (selection.prefix.startsWith(other.prefix) || other.prefix.startsWith(selection.prefix)) &&
      (selection.suffix.endsWith(other.suffix) || other.suffix.endsWith(selection.suffix)),
  );
}

function sameEvent(one: string, other: string): boolean {
  return one === other || covers(one, other) || covers(other, one);
}

function covers(pattern: string, event: string): boolean {
  return pattern.endsWith("*") && event.startsWith(pattern.slice(0, -1));
}
