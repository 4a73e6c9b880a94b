/** The body of a message in a dead-letter queue → the objects in it, why it is there, and what was published. */
import * as v from "valibot";
import type { ObjectName } from "../function/errors.ts";
import { parseEvent } from "../function/events.ts";

export interface FailedEvent {
  readonly objects: readonly ObjectName[];
  /** The events of S3 as they came to the topic. */
  readonly messages: readonly string[];
  readonly reason: string;
  /** How often the function was tried with it. */
  readonly tries: number;
}

/** What Lambda sends on failure: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const recordSchema = v.object({
  requestContext: v.object({ condition: v.string(), approximateInvokeCount: v.number() }),
  requestPayload: v.unknown(),
  responsePayload: v.nullish(v.unknown()),
});
const errorSchema = v.object({ errorMessage: v.string() });
/** What SNS sends: https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const notificationSchema = v.object({ Message: v.string() });
const deliverySchema = v.object({
  Records: v.array(v.object({ Sns: v.object({ Message: v.string() }) })),
});

/**
 * Reads the record of Lambda's on-failure destination, the notification of SNS's redrive queue, and what SQS moves
 * there where a queue delivers: the event of S3 itself, as is what SNS could not deliver to that queue.
 * @param error what SNS says of the reason, beside the notification
 * @param receives how often the message was received, from the queue of uploads and from this one
 * @throws {MalformedEventError} or SyntaxError for anything else
 */
export function parseFailedEvent(body: string, error?: string, receives = 0): FailedEvent {
  const value: unknown = JSON.parse(body);
  const record = v.safeParse(recordSchema, value);
  if (record.success) {
    const { requestContext, requestPayload, responsePayload } = record.output;
    const failure = v.safeParse(errorSchema, responsePayload);
    return {
      ...readPayload(requestPayload),
      reason: failure.success ? failure.output.errorMessage : requestContext.condition,
      tries: requestContext.approximateInvokeCount,
    };
  }
  const notification = v.safeParse(notificationSchema, value);
  const payload = notification.success ? { Records: [{ Sns: notification.output }] } : value;
  const event = readPayload(payload);
  return notification.success || error !== undefined
    ? { ...event, reason: error ?? "SNS could not deliver it", tries: 0 }
    : // SQS does not say why.
      { ...event, reason: "the function failed on it; its log says why", tries: receives };
}

function readPayload(payload: unknown): Pick<FailedEvent, "objects" | "messages"> {
  const objects = parseEvent(payload).changes.map(({ bucket, key }) => ({ bucket, key }));
  const delivery = v.safeParse(deliverySchema, payload);
  const messages = delivery.success
    ? delivery.output.Records.map(({ Sns }) => Sns.Message)
    : [JSON.stringify(payload)];
  return { objects, messages };
}
