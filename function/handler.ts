/** An event and an environment → the objects ingested, or the question answered. */
import type { Context, SQSBatchResponse } from "aws-lambda";
import { ingestBatch, isBatch } from "./batch.ts";
import { createEnvironment, type Environment } from "./environment.ts";
import { ingestEvent } from "./ingest.ts";
import type { Session } from "./model/session.ts";
import { once } from "./once.ts";
import { answerQuestion, type UrlResponse } from "./question.ts";
import { withRetries } from "./retry.ts";
import { searchContent } from "./search.ts";
import type { Match } from "./store.ts";
import { createTime } from "./time.ts";

/** What is needed of Lambda's context. */
export type Invocation = Pick<Context, "getRemainingTimeInMillis">;

export interface Handlers {
  /** For SNS events, for batches of SQS, which are answered with what failed, and for S3 events sent by hand. */
  ingest(event: unknown, context: Invocation): Promise<SQSBatchResponse | undefined>;
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
    async ingest(event, context) {
      const made = await environment();
      if (isBatch(event)) return ingestBatch(made, event, timeOf(context));
      await ingestEvent(made, event, timeOf(context));
    },
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
  return answerQuestion(event, async ({ question, ...options }) => {
    const { embedder, store } = await environment();
    return searchContent({ embedder, store: withRetries(store, time) }, question, options);
  });
}
