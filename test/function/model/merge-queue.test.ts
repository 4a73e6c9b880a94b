import assert from "node:assert/strict";
import fc from "fast-check";
import { MergeQueue, maxRanks } from "../../../function/model/merge-queue.ts";

interface Merge {
  readonly rank: number;
  readonly position: number;
}

const merge: fc.Arbitrary<Merge> = fc.record(
  {
    rank: fc.oneof(fc.nat(3), fc.nat(maxRanks - 1)),
    position: fc.oneof(fc.nat(3), fc.nat(2 ** 32 - 1)),
  },
  { noNullPrototype: true },
);

function take(queue: MergeQueue): Merge | undefined {
  return queue.take() ? { rank: queue.rank, position: queue.position } : undefined;
}

describe("MergeQueue", () => {
  it("gives the merge of the lowest rank, then the leftmost, of those that are in it", () => {
    const pushesAndTakes = fc.array(fc.option(merge), { maxLength: 200, size: "max" });
    fc.assert(
      fc.property(pushesAndTakes, (steps) => {
        const queue = new MergeQueue(steps.length);
        const expected: Merge[] = [];
        for (const pushed of [...steps, ...steps.map(() => null)]) {
          if (pushed === null) {
            assert.deepEqual(take(queue), expected.shift());
          } else {
            queue.push(pushed.rank, pushed.position);
            expected.push(pushed);
            expected.sort((a, b) => a.rank - b.rank || a.position - b.position);
          }
        }
      }),
    );
  });
});
