/** A batch of messages from the queue of uploads → each one's event ingested, and which are to come again. */
import type { SQSBatchResponse } from "aws-lambda";
import * as v from "valibot";
import type { Environment } from "./environment.ts";
import { MalformedEventError, MessageNotBegunError, ObjectsFailedError } from "./errors.ts";
import { ingestChanges } from "./ingest.ts";
import { reservedMilliseconds, type Time } from "./time.ts";

const batchSchema = v.object({
  Records: v.pipe(
    v.array(
      v.object({ eventSource: v.literal("aws:sqs"), messageId: v.string(), body: v.string() }),
    ),
    v.minLength(1),
  ),
});

export type Batch = v.InferOutput<typeof batchSchema>;
type Message = Batch["Records"][number];

/**
 * With less left, a message is not begun but for the first one: reading an object and its text may take 10 s, and a
 * run that is killed gets all of its messages again.
 */
const beginMilliseconds = 15_000;

/** Whether SQS sent the event. */
export function isBatch(event: unknown): event is Batch {
  return v.is(batchSchema, event);
}

/**
 * Ingests the events of a batch, one after the other. One that fails does not stop the rest, and alone comes again.
 * For which the time is too short is published once more: to receive a message in vain counts against it. For which
 * even that would take too long fails.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 * @returns the messages that failed
 */
export async function ingestBatch(
  environment: Environment,
  batch: Batch,
  time: Time,
): Promise<SQSBatchResponse> {
  // Loaded where a queue delivers, and not at each start.
  const { BatchProcessor, EventType, processPartialResponse } = await import(
    "@aws-lambda-powertools/batch"
  );
  const quiet = { debug() {}, warn() {}, error() {} };
  const processor = new BatchProcessor(EventType.SQS, { logger: quiet });
  const [first] = batch.Records;
  const ingest = async (message: Message) => {
    const remaining = time.remainingMilliseconds();
    if (message === first || remaining >= beginMilliseconds) {
      await ingestMessage(environment, message, time);
    } else if (remaining < reservedMilliseconds) {
      // A run that is killed while it publishes gets the messages back that it has published already.
      tellNotBegun(environment, message);
    } else if (!(await isPublishedAgain(environment, message))) {
      await ingestMessage(environment, message, time);
    }
  };
  try {
    const options = { processInParallel: false, throwOnFullBatchFailure: false };
    return await processPartialResponse(batch, ingest, processor, options);
  } finally {
    environment.telemetry.flush();
  }
}

/**
 * Ingests one message's event.
 * @throws what {@link ingestChanges} throws
 */
async function ingestMessage(
  environment: Environment,
  { messageId, body }: Message,
  time: Time,
): Promise<void> {
  try {
    await ingestChanges(environment, parseBody(body), time);
  } catch (error) {
    // Objects that failed have been told of one by one.
    if (!(error instanceof ObjectsFailedError))
      environment.telemetry.messageFailed(messageId, error);
    throw error;
  }
}

/** @throws {MalformedEventError} */
function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new MalformedEventError("message.body", "an S3 event in JSON", { cause });
  }
}

/** @throws {MessageNotBegunError} */
function tellNotBegun({ telemetry }: Environment, { messageId }: Message): never {
  const error = new MessageNotBegunError(messageId);
  telemetry.messageFailed(messageId, error);
  throw error;
}

/** Where that fails, the message is begun all the same: what it can be given is the time that is left. */
async function isPublishedAgain(
  { settings, publish, telemetry }: Environment,
  { messageId, body }: Message,
): Promise<boolean> {
  if (settings.topicArn === undefined) return false;
  try {
    await publish(settings.topicArn, body);
  } catch {
    return false;
  }
  telemetry.ignored(`message ${messageId} is published again: the time was too short to begin it`);
  return true;
}
