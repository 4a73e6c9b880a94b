/** A Lambda event (SNS around S3, or S3 alone) → the objects that changed, and what was ignored; and back. */
import * as v from "valibot";
import { MalformedEventError, type ObjectName } from "./errors.ts";

/** Word that something happened to an object. What is true of it now is for S3 to say. */
export interface ObjectChange extends ObjectName {
  /** S3's own name, as `ObjectCreated:Put`. */
  readonly eventName: string;
  readonly occurredAt: Date;
  /** Orders the changes of one key; absent in events that S3 did not make. */
  readonly sequencer: string | undefined;
}

export interface ParsedEvent {
  readonly changes: readonly ObjectChange[];
  /** One line for each notification that asks for nothing, saying why. */
  readonly ignored: readonly string[];
}

const recordsSchema = v.object({ Records: v.array(v.unknown()) });
const snsRecordSchema = v.object({ Sns: v.object({ Message: v.string() }) });
const testEventSchema = v.object({ Event: v.literal("s3:TestEvent") });
// The version is not looked at: 2.x only ever added fields.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
const s3RecordSchema = v.object({
  eventName: v.string(),
  eventTime: v.pipe(v.string(), v.isoTimestamp()),
  s3: v.object({
    bucket: v.object({ name: v.string() }),
    object: v.object({ key: v.string(), sequencer: v.optional(v.string()) }),
  }),
});

/** The kinds of event after which an object has to be looked at again. */
const handledEvents = [
  "ObjectCreated:",
  "ObjectRestore:Completed",
  "ObjectRemoved:",
  "LifecycleExpiration:",
];

/**
 * Reads every notification of an event, in order.
 * @throws {MalformedEventError} naming the place in the event and what was expected there
 */
export function parseEvent(event: unknown): ParsedEvent {
  const changes: ObjectChange[] = [];
  const ignored: string[] = [];
  for (const { record, path } of s3Records(event, "event")) {
    if (v.is(testEventSchema, record)) {
      ignored.push("S3's test event: the notifications are set up");
      continue;
    }
    const change = parseRecord(record, path);
    const why = whyIgnored(change);
    if (why === undefined) changes.push(change);
    else ignored.push(`${change.eventName} of s3://${change.bucket}/${change.key}: ${why}`);
  }
  return { changes, ignored };
}

function* s3Records(event: unknown, path: string): Generator<{ record: unknown; path: string }> {
  if (v.is(testEventSchema, event)) {
    yield { record: event, path };
    return;
  }
  const { Records } = expect(recordsSchema, event, path);
  for (const [index, record] of Records.entries()) {
    const recordPath = `${path}.Records[${index}]`;
    if (v.is(snsRecordSchema, record)) {
      const messagePath = `${recordPath}.Sns.Message`;
      yield* s3Records(parseJson(record.Sns.Message, messagePath), messagePath);
    } else {
      yield { record, path: recordPath };
    }
  }
}

function parseRecord(record: unknown, path: string): ObjectChange {
  const { eventName, eventTime, s3 } = expect(s3RecordSchema, record, path);
  return {
    // Bucket notifications say `ObjectCreated:Put`, some emitters `s3:ObjectCreated:Put`.
    eventName: eventName.replace(/^s3:/, ""),
    bucket: s3.bucket.name,
    key: decodeKey(s3.object.key, `${path}.s3.object.key`),
    occurredAt: new Date(eventTime),
    sequencer: s3.object.sequencer,
  };
}

/** The S3 event that tells of these changes: {@link parseEvent} gives them back. */
export function createEvent(changes: readonly ObjectChange[]): object {
  return {
    Records: changes.map(({ eventName, bucket, key, occurredAt, sequencer }) => ({
      eventVersion: "2.6",
      eventSource: "aws:s3",
      eventTime: occurredAt.toISOString(),
      eventName,
      s3: {
        bucket: { name: bucket },
        object: { key: encodeKey(key), ...(sequencer === undefined ? {} : { sequencer }) },
      },
    })),
  };
}

function whyIgnored({ eventName, key }: ObjectChange): string | undefined {
  if (!handledEvents.some((handled) => eventName.startsWith(handled))) {
    return "this kind of event changes no content";
  }
  return key.endsWith("/") ? "a key that ends in / is a folder" : undefined;
}

/** S3 encodes keys like form fields: percent escapes, and `+` for a space. */
function decodeKey(key: string, path: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch (cause) {
    throw new MalformedEventError(path, `a URL-encoded key, not ${JSON.stringify(key)}`, { cause });
  }
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MalformedEventError(path, "an S3 event in JSON", { cause });
  }
}

function expect<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  path: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const place = (issue.path ?? []).map((item) => `.${String(item.key)}`).join("");
  throw new MalformedEventError(`${path}${place}`, `${issue.expected ?? issue.message}`);
}
