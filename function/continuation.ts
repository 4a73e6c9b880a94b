/** The objects that an event failed on → the event published again, where only the time was too short for them. */
import { ContinuationError, OutOfTimeError } from "./errors.ts";
import { createEvent, type ObjectChange } from "./events.ts";
import type { Telemetry } from "./telemetry.ts";

export interface Failure {
  readonly object: ObjectChange;
  readonly error: unknown;
}

/**
 * Leaves documents that are not finished to another run, so that Lambda's two retries are kept for what goes
 * wrong, and a document of any length is stored. It does so only if this run has stored a part of each: a run
 * that gets nowhere would follow itself for ever. Lambda ends such a chain after 16 runs, and sends the event to
 * the dead-letter queue: https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 * @returns what is to be thrown: nothing, or the failures, which the retry of the whole event goes on with
 */
export async function continueLater(
  clients: {
    readonly settings: { readonly topicArn: string | undefined };
    readonly publish: (topicArn: string, message: string) => Promise<void>;
    readonly telemetry: Telemetry;
  },
  failures: readonly Failure[],
): Promise<readonly Failure[]> {
  const { topicArn } = clients.settings;
  const unfinished = failures.filter(hasProgressed);
  if (topicArn === undefined || unfinished.length < failures.length) return failures;
  if (unfinished.length === 0) return [];
  const objects = unfinished.map(({ object }) => object);
  try {
    await clients.publish(topicArn, JSON.stringify(createEvent(objects)));
  } catch (cause) {
    return objects.map((object) => ({
      object,
      error: new ContinuationError(object, topicArn, { cause }),
    }));
  }
  for (const { object, error } of unfinished) {
    const { embedded, toEmbed } = error;
    clients.telemetry.finished(object, { status: "continued", embedded, toEmbed });
  }
  return [];
}

function hasProgressed(failure: Failure): failure is Failure & { readonly error: OutOfTimeError } {
  return failure.error instanceof OutOfTimeError && failure.error.embedded > 0;
}
