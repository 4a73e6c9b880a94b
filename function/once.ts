/** An asynchronous maker → the same, run once: what it made is kept, a failure is not. */

export interface Once<T> {
  /** Callers at the same time share one run; after a failure the next caller starts another. */
  (): Promise<T>;
  /** Forgets what was made, so that the next caller makes it anew. */
  forget(): void;
}

export function once<T>(make: () => Promise<T>): Once<T> {
  let made: Promise<T> | undefined;
  const get = () => {
    if (made !== undefined) return made;
    const making = make();
    made = making;
    making.catch(() => {
      if (made === making) made = undefined;
    });
    return making;
  };
  return Object.assign(get, {
    forget: () => {
      made = undefined;
    },
  });
}
