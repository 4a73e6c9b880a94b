/** The dead-letter queues of a deployment → what lies in them, with what is selected sent again. */
import { type ObjectName, reason } from "../function/errors.ts";
import type { DeadLetter, DeadLetterQueue, Deployment } from "./deployment.ts";
import { type FailedEvent, parseFailedEvent } from "./failed-event.ts";

/** What became of one message. */
export type Redriven = {
  readonly queue: DeadLetterQueue;
  readonly id: string;
  readonly sentAt: Date;
} & (
  | { readonly status: "kept" | "sent"; readonly event: FailedEvent }
  /** It stays where it is. */
  | { readonly status: "unreadable"; readonly problem: string }
);

/**
 * Goes through the queues one after the other and publishes again each event whose objects are selected.
 * Only what the topic has accepted is deleted from its queue; what cannot be read, and what comes into the
 * queue meanwhile, stays there.
 */
export async function* redrive(
  deployment: Deployment,
  isSelected: (objects: readonly ObjectName[]) => boolean,
  now: () => Date,
): AsyncGenerator<Redriven> {
  const began = now();
  for (const queue of deployment.deadLetterQueues) {
    for await (const letter of queue.receive()) {
      const { id, sentAt } = letter;
      const event = readLetter(letter);
      if (typeof event === "string") {
        yield { queue, id, sentAt, status: "unreadable", problem: event };
        continue;
      }
      const isSent = sentAt <= began && isSelected(event.objects);
      if (isSent) {
        for (const message of event.messages) await deployment.publish([message]);
        await letter.delete();
      }
      yield { queue, id, sentAt, status: isSent ? "sent" : "kept", event };
    }
  }
}

/** The event, or why it cannot be read. */
function readLetter({ body, error, receives }: DeadLetter): FailedEvent | string {
  try {
    return parseFailedEvent(body, error, receives);
  } catch (cause) {
    return reason(cause);
  }
}
