/** The Lambda function's two entries: `ingest` for SNS, `search` for a person's question. */
import type { Context } from "aws-lambda";
import * as v from "valibot";
import { createEnvironment, type Environment } from "./environment.ts";
import { ObjectsFailedError } from "./errors.ts";
import { type ObjectChange, parseEvent } from "./events.ts";
import { once } from "./once.ts";
import { ingestObject } from "./pipeline.ts";
import { withRetries } from "./retry.ts";
import { searchContent } from "./search.ts";
import type { Match } from "./store.ts";
import { createTime } from "./time.ts";

const environment = once(() => createEnvironment(process.env));

/** What is needed of Lambda's context. */
type Invocation = Pick<Context, "getRemainingTimeInMillis">;
const timeOf = (context: Invocation) => createTime(() => context.getRemainingTimeInMillis());

/** Lambda's entry for SNS events, and for S3 events sent by hand. */
export async function ingest(event: unknown, context: Invocation): Promise<void> {
  await ingestEvent(await environment(), event, timeOf(context));
}

const searchSchema = v.object({
  question: v.pipe(v.string(), v.nonEmpty()),
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 10),
});

/** Lambda's entry for `{"question": "…", "count": 10}`; gives the matches, best first. */
export async function search(event: unknown, context: Invocation): Promise<readonly Match[]> {
  const { question, count } = v.parse(searchSchema, event);
  const { embedder, store } = await environment();
  const clients = { embedder, store: withRetries(store, timeOf(context)) };
  return searchContent(clients, question, count);
}

/**
 * Ingests every object of an event, one after the other: one that fails does not stop the rest.
 * @throws {MalformedEventError} when the event cannot be read
 * @throws {ObjectsFailedError} when objects failed, so that the event is tried again
 */
export async function ingestEvent(
  environment: Environment,
  event: unknown,
  time = createTime(),
): Promise<void> {
  const { telemetry, settings } = environment;
  const clients = { ...environment, store: withRetries(environment.store, time), time };
  const failures: { object: ObjectChange; error: unknown }[] = [];
  try {
    const { changes, ignored } = parseEvent(event);
    for (const reason of ignored) telemetry.ignored(reason);
    for (const change of changes) {
      telemetry.begun(change);
      try {
        telemetry.finished(change, await ingestObject(clients, settings, change));
      } catch (error) {
        telemetry.failed(change, error);
        failures.push({ object: change, error });
      }
    }
  } finally {
    telemetry.flush();
  }
  if (failures.length > 0) throw new ObjectsFailedError(failures);
}
