/** Tasks in virtual time → one order of their steps, the same in every run: one runs until it waits, then the next. */

/** What waits in it never goes on once it is dead, like a process that was killed. */
export interface Lane {
  isDead: boolean;
  /** How many of its waits are not over. */
  waits: number;
  /** How many embeddings it has begun. */
  embedded: number;
  /** Of how many objects it has said what became of them. */
  settled: number;
  /** Called at the beginning of each wait. */
  readonly onWait?: () => void;
}

export interface Wait<T> {
  readonly promise: Promise<T>;
  wake(afterMilliseconds: number, value: T): void;
  fail(afterMilliseconds: number, error: unknown): void;
}

export interface Scheduler {
  now(): number;
  /** Starts a task of its own. */
  start(afterMilliseconds: number, task: () => Promise<void>): void;
  /** Ends the turn of the running task, which goes on once it is woken. */
  wait<T>(lane: Lane): Wait<T>;
  /** Runs until nothing is left to do. */
  run(): Promise<void>;
}

interface Entry {
  readonly at: number;
  /** Begins a turn, or says that there is none to begin. */
  readonly begin: () => boolean;
}

export function createScheduler(): Scheduler {
  const agenda: Entry[] = [];
  let now = 0;
  let turn = Promise.withResolvers<void>();

  function plan(afterMilliseconds: number, begin: () => boolean): void {
    const at = now + afterMilliseconds;
    // Kept in order of time, and of planning at the same time.
    const index = agenda.findLastIndex((entry) => entry.at <= at) + 1;
    agenda.splice(index, 0, { at, begin });
  }

  return {
    now: () => now,
    start(afterMilliseconds, task) {
      plan(afterMilliseconds, () => {
        task().then(
          () => turn.resolve(),
          (error) => turn.reject(error),
        );
        return true;
      });
    },
    wait<T>(lane: Lane): Wait<T> {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const settle = (afterMilliseconds: number, act: () => void) =>
        plan(afterMilliseconds, () => {
          if (lane.isDead) return false;
          lane.waits -= 1;
          act();
          return true;
        });
      lane.waits += 1;
      lane.onWait?.();
      turn.resolve();
      return {
        promise,
        wake: (after, value) => settle(after, () => resolve(value)),
        fail: (after, error) => settle(after, () => reject(error)),
      };
    },
    async run() {
      for (let entry = agenda.shift(); entry !== undefined; entry = agenda.shift()) {
        now = entry.at;
        turn = Promise.withResolvers();
        if (entry.begin()) await turn.promise;
      }
    },
  };
}
