/** The faults of a history → which one strikes at each call of each edge, counted. */
import type { Edge, Fault } from "./history.ts";

export interface Faults {
  /** The kind of fault that strikes this call, if any. */
  strike(edge: Edge): string | undefined;
  /** From now on all goes well. */
  stop(): void;
}

/** @param counts how often each kind has struck, over many histories */
export function createFaults(faults: readonly Fault[], counts: Map<string, number>): Faults {
  const calls = new Map<Edge, number>();
  let isStopped = false;
  return {
    strike(edge) {
      const call = calls.get(edge) ?? 0;
      calls.set(edge, call + 1);
      const fault = isStopped
        ? undefined
        : faults.find(
            (each) => each.edge === edge && call >= each.call && call < each.call + each.times,
          );
      if (fault === undefined) return undefined;
      const name = `${edge} ${fault.kind}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return fault.kind;
    },
    stop() {
      isStopped = true;
    },
  };
}
