/** An event and an environment → the objects ingested, or the question answered. */
import type { Context } from "aws-lambda";
import { createEnvironment, type Environment } from "./environment.ts";
import { ObjectsFailedError } from "./errors.ts";
import { type ObjectChange, parseEvent } from "./events.ts";
import type { Session } from "./model/session.ts";
import { once } from "./once.ts";
import { ingestObject } from "./pipeline.ts";
import { answerQuestion, type UrlResponse } from "./question.ts";
import { withRetries } from "./retry.ts";
import { searchContent } from "./search.ts";
import type { Match } from "./store.ts";
import { createTime } from "./time.ts";

/** What is needed of Lambda's context. */
export type Invocation = Pick<Context, "getRemainingTimeInMillis">;

export interface Handlers {
  /** For SNS events, and for S3 events sent by hand. */
  ingest(event: unknown, context: Invocation): Promise<void>;
  /** For `{"question": "…", "count": 10}`, sent directly or to the function's URL. */
  search(event: unknown, context: Invocation): Promise<readonly Match[] | UrlResponse>;
}

/**
 * Makes the handlers of one Lambda environment, whose clients are made once: now, and again for the next event
 * where that failed.
 * @param openSession asked for each text; an object is read and its text extracted while it is still opening
 */
export function createHandlers(openSession: () => Promise<Session>): Handlers {
  const environment = once(() => createEnvironment(process.env, { openSession }));
  environment().catch(() => {});
  const timeOf = (context: Invocation) => createTime(() => context.getRemainingTimeInMillis());
  return {
    ingest: async (event, context) => ingestEvent(await environment(), event, timeOf(context)),
    search: (event, context) => answerSearch(environment, event, timeOf(context)),
  };
}

/**
 * Gives the matches of a question, best first.
 * @param environment made only for a question that can be read
 * @throws {InvalidQuestionError} except through the URL, which is answered with 400
 */
export function answerSearch(
  environment: () => Promise<Pick<Environment, "embedder" | "store">>,
  event: unknown,
  time = createTime(),
): Promise<readonly Match[] | UrlResponse> {
  return answerQuestion(event, async ({ question, count }) => {
    const { embedder, store } = await environment();
    return searchContent({ embedder, store: withRetries(store, time) }, question, count);
  });
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
