/** So many events at once, with so many invocations at a time → a history, in which Supabase is overloaded besides. */
import type { History } from "./history.ts";

/**
 * Uploads of six contents to the objects in turn, whose events all come at the same moment; of Supabase's
 * answers one stretch is 429, and a later one slow.
 */
export function createBurst(events: number, concurrency: number): History {
  return {
    steps: Array.from({ length: events }, (_, number) => ({
      afterMilliseconds: 0,
      action: { do: "put", object: number % 4, content: [number % 6] },
      copies: [0],
      batched: false,
    })),
    faults: [
      { edge: "supabase", kind: "429", call: Math.floor(events / 2), times: events >> 3 },
      { edge: "supabase", kind: "slow", call: events, times: events >> 3 },
    ],
    latencies: [10],
    concurrency,
    timeoutMilliseconds: 300_000,
    delivery: "direct",
  };
}
