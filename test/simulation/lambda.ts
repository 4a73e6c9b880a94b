/** Messages of the topic → invocations of the function by SNS's and Lambda's rules, and what they gave up on. */
import type { Environment } from "../../function/environment.ts";
import { ingestEvent } from "../../function/ingest.ts";
import type { Faults } from "./faults.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import type { World } from "./world.ts";

export interface Lambda {
  /** SNS delivers a message after a while. */
  deliver(message: object, afterMilliseconds: number): void;
  /** What lies in the two dead-letter queues, which are empty then. */
  takeFailed(): object[];
  readonly counts: LambdaCounts;
}

export interface LambdaCounts {
  invocations: number;
  killed: number;
  /** How often the function left the rest of its work to another run. */
  continued: number;
  /** Of these, how often by a run that had begun no embedding. */
  idlyContinued: number;
}

/** After the first and the second failure; after the third the event goes to the dead-letter queue. */
const retryAfterMilliseconds = [60_000, 120_000] as const;
/** How soon an event is tried again for which there was no room. */
const throttledMilliseconds = 1_000;

/** One environment for each invocation at a time, kept for the next unless its process was killed. */
interface Place {
  readonly environment: Environment;
  lane: Lane;
}

export function createLambda(
  { createEnvironment }: World,
  scheduler: Scheduler,
  faults: Faults,
  limits: { readonly concurrency: number; readonly timeoutMilliseconds: number },
): Lambda {
  const idle: Place[] = [];
  const failed: object[] = [];
  const counts = { invocations: 0, killed: 0, continued: 0, idlyContinued: 0 };
  let running = 0;

  function createPlace(): Place {
    const place: Place = {
      environment: {
        ...createEnvironment(() => place.lane),
        publish: (_topicArn, message) => publish(place.lane, message),
      },
      lane: newLane(),
    };
    return place;
  }

  function publish(lane: Lane, message: string): Promise<void> {
    const fault = faults.strike("publish");
    const wait = scheduler.wait<void>(lane);
    counts.continued += 1;
    if (lane.embedded === 0) counts.idlyContinued += 1;
    if (fault !== "refused") deliver({ Records: [{ Sns: { Message: message } }] }, 100);
    if (fault === undefined) wait.wake(100, undefined);
    else wait.fail(100, new Error("The topic did not answer"));
    return wait.promise;
  }

  function deliver(message: object, afterMilliseconds: number): void {
    scheduler.start(afterMilliseconds, async () => {
      if (faults.strike("delivery") === undefined) await dispatch(message, 0);
      else failed.push(message);
    });
  }

  async function dispatch(event: object, tries: number): Promise<void> {
    if (running === limits.concurrency) {
      scheduler.start(throttledMilliseconds, () => dispatch(event, tries));
      return;
    }
    await invoke(idle.pop() ?? createPlace(), event, tries);
  }

  async function invoke(place: Place, event: object, tries: number): Promise<void> {
    running += 1;
    counts.invocations += 1;
    const deadline = scheduler.now() + limits.timeoutMilliseconds;
    let isOver = false;
    function end(succeeded: boolean): void {
      isOver = true;
      running -= 1;
      if (succeeded) return;
      const after = retryAfterMilliseconds[tries];
      if (after === undefined) failed.push(event);
      else scheduler.start(after, () => dispatch(event, tries + 1));
    }
    async function kill(): Promise<void> {
      if (isOver) return;
      lane.isDead = true;
      counts.killed += 1;
      end(false);
    }
    const lane = newLane(() => {
      if (faults.strike("invocation") !== undefined) scheduler.start(0, kill);
    });
    place.lane = lane;
    scheduler.start(limits.timeoutMilliseconds, kill);

    let jitter = 0;
    const succeeded = await ingestEvent(place.environment, event, {
      now: scheduler.now,
      remainingMilliseconds: () => deadline - scheduler.now(),
      sleep(milliseconds) {
        const wait = scheduler.wait<void>(lane);
        wait.wake(milliseconds, undefined);
        return wait.promise;
      },
      random: () => [0.5, 0, 0.9][jitter++ % 3] ?? 0,
    }).then(
      () => true,
      () => false,
    );
    // Lambda stops the process once it has answered: what is not done by then may never be.
    if (lane.waits > 0) throw new Error("The function answered before its work was done");
    end(succeeded);
    idle.push(place);
  }

  return {
    counts,
    deliver,
    takeFailed: () => failed.splice(0),
  };
}

function newLane(onWait?: () => void): Lane {
  return { isDead: false, waits: 0, embedded: 0, ...(onWait === undefined ? {} : { onWait }) };
}
