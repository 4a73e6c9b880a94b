/** An event → its objects ingested, one after the other. */
import { continueLater, type Failure } from "./continuation.ts";
import type { Environment } from "./environment.ts";
import { ObjectsFailedError } from "./errors.ts";
import { parseEvent } from "./events.ts";
import { ingestObject } from "./pipeline.ts";
import { withRetries } from "./retry.ts";
import { createTime, type Time } from "./time.ts";

/**
 * Ingests the objects of an event that is all of its invocation.
 * @throws what {@link ingestChanges} throws
 */
export async function ingestEvent(
  environment: Environment,
  event: unknown,
  time = createTime(),
): Promise<void> {
  try {
    await ingestChanges(environment, event, time);
  } finally {
    environment.telemetry.flush();
  }
}

/**
 * Ingests every object of an event: one that fails does not stop the rest. One that the time was too short for is
 * left to another run.
 * @throws {MalformedEventError} when the event cannot be read
 * @throws {ObjectsFailedError} when objects failed, so that the event is tried again
 */
export async function ingestChanges(
  environment: Environment,
  event: unknown,
  time: Time,
): Promise<void> {
  const { telemetry, settings } = environment;
  const clients = { ...environment, store: withRetries(environment.store, time), time };
  const failures: Failure[] = [];
  const { changes, ignored } = parseEvent(event);
  for (const reason of ignored) telemetry.ignored(reason);
  for (const change of changes) {
    telemetry.begun(change);
    try {
      telemetry.finished(change, await ingestObject(clients, settings, change));
    } catch (error) {
      failures.push({ object: change, error });
    }
  }
  const left = await continueLater(environment, failures);
  for (const { object, error } of left) telemetry.failed(object, error);
  if (left.length > 0) throw new ObjectsFailedError(left);
}
