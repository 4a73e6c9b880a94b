/** Work for the function → invocations of it, by Lambda's rules: so many at a time, each until its time is up. */
import type { Environment } from "../../function/environment.ts";
import type { Time } from "../../function/time.ts";
import type { Faults } from "./faults.ts";
import type { Lane, Scheduler } from "./scheduler.ts";
import type { World } from "./world.ts";

export interface Lambda {
  readonly counts: LambdaCounts;
  /** Whether one more invocation may run. */
  hasRoom(): boolean;
  /**
   * Runs the handler.
   * @param end is told what it answered; nothing where it threw or was killed
   */
  invoke<Answer extends object>(
    handler: (environment: Environment, time: Time) => Promise<Answer>,
    end: (answer: Answer | undefined) => void,
  ): Promise<void>;
}

export interface LambdaCounts {
  invocations: number;
  killed: number;
  /** How often the function left the rest of its work to another run. */
  continued: number;
  /** Of these, how often by a run that had begun no embedding, and was done with no object. */
  idlyContinued: number;
}

/** One environment for each invocation at a time, kept for the next unless its process was killed. */
interface Place {
  readonly environment: Environment;
  lane: Lane;
}

/** @param publish takes what the function publishes to its topic */
export function createLambda(
  { createEnvironment }: World,
  scheduler: Scheduler,
  faults: Faults,
  limits: { readonly concurrency: number; readonly timeoutMilliseconds: number },
  publish: (message: string) => void,
): Lambda {
  const idle: Place[] = [];
  const counts = { invocations: 0, killed: 0, continued: 0, idlyContinued: 0 };
  let running = 0;

  function createPlace(): Place {
    const environment = createEnvironment(() => place.lane);
    const { telemetry } = environment;
    const place: Place = {
      environment: {
        ...environment,
        telemetry: {
          ...telemetry,
          finished(object, outcome) {
            place.lane.settled += 1;
            telemetry.finished(object, outcome);
          },
          failed(object, error) {
            place.lane.settled += 1;
            telemetry.failed(object, error);
          },
        },
        publish: (_topicArn, message) => publishFrom(place.lane, message),
      },
      lane: newLane(),
    };
    return place;
  }

  function publishFrom(lane: Lane, message: string): Promise<void> {
    const fault = faults.strike("publish");
    const wait = scheduler.wait<void>(lane);
    counts.continued += 1;
    if (lane.embedded === 0 && lane.settled === 0) counts.idlyContinued += 1;
    if (fault !== "refused") publish(message);
    if (fault === undefined) wait.wake(100, undefined);
    else wait.fail(100, new Error("The topic did not answer"));
    return wait.promise;
  }

  return {
    counts,
    hasRoom: () => running < limits.concurrency,
    async invoke(handler, end) {
      const place = idle.pop() ?? createPlace();
      running += 1;
      counts.invocations += 1;
      const deadline = scheduler.now() + limits.timeoutMilliseconds;
      let isOver = false;
      const stop: typeof end = (answer) => {
        isOver = true;
        running -= 1;
        end(answer);
      };
      async function kill(): Promise<void> {
        if (isOver) return;
        lane.isDead = true;
        counts.killed += 1;
        stop(undefined);
      }
      const lane = newLane(() => {
        if (faults.strike("invocation") !== undefined) scheduler.start(0, kill);
      });
      place.lane = lane;
      scheduler.start(limits.timeoutMilliseconds, kill);

      let jitter = 0;
      const answer = await handler(place.environment, {
        now: scheduler.now,
        remainingMilliseconds: () => deadline - scheduler.now(),
        sleep(milliseconds) {
          const wait = scheduler.wait<void>(lane);
          wait.wake(milliseconds, undefined);
          return wait.promise;
        },
        random: () => [0.5, 0, 0.9][jitter++ % 3] ?? 0,
      }).catch(() => undefined);
      // Lambda stops the process once it has answered: what is not done by then may never be.
      if (lane.waits > 0) throw new Error("The function answered before its work was done");
      idle.push(place);
      stop(answer);
    },
  };
}

function newLane(onWait?: () => void): Lane {
  return {
    isDead: false,
    waits: 0,
    embedded: 0,
    settled: 0,
    ...(onWait === undefined ? {} : { onWait }),
  };
}
