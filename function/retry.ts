/** A call that failed for a reason that passes → the same call again, after pauses that the run can afford. */
import { isServerError, isThrottlingError, isTransientError } from "@smithy/core/retry";
import { CredentialsError, ObjectReadError, StoreUnavailableError } from "./errors.ts";
import type { Store } from "./store.ts";
import { reservedMilliseconds, type Time } from "./time.ts";

/** The AWS SDK has made three attempts of its own within each of these. */
const maxAttempts = 5;
const firstPauseMilliseconds = 200;
const maxPauseMilliseconds = 10_000;
/** A server that asks for more is not waited for: Lambda's own retry comes after a minute. */
const maxRetryAfterMilliseconds = 30_000;

/**
 * Runs the operation until it succeeds, with exponential back-off and full jitter in between
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), and never less than what the
 * server asked for. Throws the operation's last error when that is no passing one, when the attempts are used
 * up, or when the pause would outlast the run.
 */
export async function retry<T>(operation: () => Promise<T>, time: Time): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await operation();
    } catch (error) {
      if (attempt === maxAttempts || !isPassing(error)) throw error;
      const askedFor = error instanceof StoreUnavailableError ? error.retryAfterMilliseconds : 0;
      const backOff = Math.min(maxPauseMilliseconds, firstPauseMilliseconds * 2 ** (attempt - 1));
      const pause = askedFor + time.random() * backOff;
      const left = time.remainingMilliseconds() - reservedMilliseconds;
      if (askedFor > maxRetryAfterMilliseconds || pause > left) throw error;
      await time.sleep(pause);
    }
  }
}

/** The store, each of whose calls is retried: all of them may be made twice to the same effect. */
export function withRetries(store: Store, time: Time): Store {
  const retried =
    <Parameters extends unknown[], Result>(call: (...parameters: Parameters) => Promise<Result>) =>
    (...parameters: Parameters) =>
      retry(() => call(...parameters), time);
  return {
    objectRevision: retried(store.objectRevision),
    knownContent: retried(store.knownContent),
    storeContent: retried(store.storeContent),
    replaceObject: retried(store.replaceObject),
    removeObject: retried(store.removeObject),
    rejectObject: retried(store.rejectObject),
    searchContent: retried(store.searchContent),
  };
}

/** Overload, throttling, a broken connection: what is likely to be over in seconds. */
function isPassing(error: unknown): boolean {
  if (error instanceof StoreUnavailableError) return true;
  if (!(error instanceof ObjectReadError || error instanceof CredentialsError)) return false;
  const { cause } = error;
  if (!isSdkError(cause)) return false;
  return isThrottlingError(cause) || isTransientError(cause) || isServerError(cause);
}

function isSdkError(error: unknown): error is Parameters<typeof isThrottlingError>[0] {
  return error instanceof Error;
}
