/** Messages of the topic → the function invoked with them, by the rules of SNS and Lambda, or of SQS. */
import { type Batch, ingestBatch } from "../../function/batch.ts";
import { ingestEvent } from "../../function/ingest.ts";
import type { Faults } from "./faults.ts";
import type { Lambda } from "./lambda.ts";
import type { Scheduler } from "./scheduler.ts";

export interface Delivery {
  /** SNS hands over an event of S3, in JSON. */
  deliver(message: string): Promise<void>;
  /** What was given up on and lies in the dead-letter queues, which are empty then. */
  takeFailed(): string[];
}

/** After the first and the second failure; after the third the event goes to the dead-letter queue. */
const retryAfterMilliseconds = [60_000, 120_000] as const;
/** How soon an event is tried again for which there was no room. */
const throttledMilliseconds = 1_000;

export function deliverDirectly(lambda: Lambda, scheduler: Scheduler, faults: Faults): Delivery {
  const failed: string[] = [];

  async function dispatch(message: string, tries: number): Promise<void> {
    if (!lambda.hasRoom()) {
      scheduler.start(throttledMilliseconds, () => dispatch(message, tries));
      return;
    }
    const event = { Records: [{ Sns: { Message: message } }] };
    await lambda.invoke(
      async (environment, time) => {
        await ingestEvent(environment, event, time);
        return {};
      },
      (answer) => {
        const after = retryAfterMilliseconds[tries];
        if (answer !== undefined) return;
        if (after === undefined) failed.push(message);
        else scheduler.start(after, () => dispatch(message, tries + 1));
      },
    );
  }

  return {
    async deliver(message) {
      if (faults.strike("delivery") === undefined) await dispatch(message, 0);
      else failed.push(message);
    },
    takeFailed: () => failed.splice(0),
  };
}

interface Waiting {
  readonly messageId: string;
  readonly body: string;
  receives: number;
}

const maxBatchMessages = 10;
const maxReceives = 3;
/** What has come by then goes into one batch. */
const pollMilliseconds = 20;

/** @param timeoutMilliseconds of the function: a message that failed is seen again after six of them */
export function deliverThroughQueue(
  lambda: Lambda,
  scheduler: Scheduler,
  faults: Faults,
  { timeoutMilliseconds }: { readonly timeoutMilliseconds: number },
): Delivery {
  const failed: string[] = [];
  const waiting: Waiting[] = [];
  let sent = 0;
  let isPolling = false;

  function startPoll(): void {
    if (isPolling || waiting.length === 0) return;
    isPolling = true;
    scheduler.start(pollMilliseconds, async () => {
      isPolling = false;
      if (lambda.hasRoom()) await invoke(waiting.splice(0, maxBatchMessages));
    });
  }

  async function invoke(messages: readonly Waiting[]): Promise<void> {
    for (const message of messages) message.receives += 1;
    const seenAgainAt = scheduler.now() + 6 * timeoutMilliseconds;
    const batch: Batch = {
      Records: messages.map(({ messageId, body }) => ({
        eventSource: "aws:sqs",
        messageId,
        body,
      })),
    };
    // Another batch may run at the same time.
    startPoll();
    await lambda.invoke(
      (environment, time) => ingestBatch(environment, batch, time),
      (answer) => {
        const failures = new Set(answer?.batchItemFailures.map((item) => item.itemIdentifier));
        for (const message of messages) {
          if (answer === undefined || failures.has(message.messageId)) comeAgain(message);
        }
        startPoll();
      },
    );

    function comeAgain(message: Waiting): void {
      scheduler.start(seenAgainAt - scheduler.now(), async () => {
        if (message.receives === maxReceives) failed.push(message.body);
        else waiting.push(message);
        startPoll();
      });
    }
  }

  return {
    async deliver(message) {
      if (faults.strike("delivery") === undefined) {
        sent += 1;
        waiting.push({ messageId: `${sent}`, body: message, receives: 0 });
        startPoll();
      } else failed.push(message);
    },
    takeFailed: () => failed.splice(0),
  };
}
