import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { rangesOf, readInOrder } from "../../../function/model/parts.ts";

/** Lengths at and beside the borders of parts, and any others. */
const lengths = fc
  .record({ partBytes: fc.integer({ min: 1, max: 64 }), parts: fc.integer({ min: 0, max: 9 }) })
  .chain(({ partBytes, parts }) =>
    fc.record({
      partBytes: fc.constant(partBytes),
      objectBytes: fc.oneof(
        fc.constantFrom(...[-1, 0, 1].map((more) => Math.max(0, parts * partBytes + more))),
        fc.nat({ max: 600 }),
      ),
    }),
  );

async function collect<Piece>(pieces: AsyncIterable<Piece>): Promise<Piece[]> {
  const collected: Piece[] = [];
  for await (const piece of pieces) collected.push(piece);
  return collected;
}

describe("rangesOf", () => {
  it("covers each byte of the object once, in parts of the size and one smaller last one", () => {
    fc.assert(
      fc.property(lengths, ({ partBytes, objectBytes }) => {
        const ranges = rangesOf(objectBytes, partBytes);

        const bytes = ranges.flatMap(({ startByte, endByte }) =>
          Array.from({ length: endByte - startByte }, (_, index) => startByte + index),
        );
        assert.deepEqual(
          bytes,
          Array.from({ length: objectBytes }, (_, index) => index),
        );
        const sizes = ranges.map(({ startByte, endByte }) => endByte - startByte);
        assert.ok(sizes.slice(0, -1).every((size) => size === partBytes));
        assert.ok(sizes.every((size) => size > 0 && size <= partBytes));
      }),
    );
  });
});

describe("readInOrder", () => {
  /** Reads that end in an order of the test's own, not in theirs. */
  function createReads() {
    const pending = new Map<number, PromiseWithResolvers<string>>();
    const begun: number[] = [];
    return {
      pending,
      begun,
      read(part: number) {
        const reading = Promise.withResolvers<string>();
        pending.set(part, reading);
        begun.push(part);
        return reading.promise;
      },
      settle(choice: number, failing?: number) {
        const parts = [...pending.keys()];
        const part = parts[choice % parts.length] ?? assert.fail();
        const reading = pending.get(part) ?? assert.fail();
        pending.delete(part);
        if (part === failing) reading.reject(new Error(`part ${part}`));
        else reading.resolve(`piece ${part}`);
      },
    };
  }

  const orders = fc.record({
    count: fc.nat({ max: 20 }),
    concurrency: fc.integer({ min: 1, max: 8 }),
    choices: fc.infiniteStream(fc.nat()),
  });

  it("gives the pieces in the parts' order, whatever order they arrive in", async () => {
    await fc.assert(
      fc.asyncProperty(orders, async ({ count, concurrency, choices }) => {
        const parts = Array.from({ length: count }, (_, part) => part);
        const reads = createReads();
        const taken = collect(readInOrder(parts, reads.read, concurrency));
        let most = 0;

        while (reads.begun.length < count || reads.pending.size > 0) {
          most = Math.max(most, reads.pending.size);
          if (reads.pending.size > 0) reads.settle(choices.next().value ?? 0);
          await setImmediate();
        }

        assert.deepEqual(
          await taken,
          parts.map((part) => `piece ${part}`),
        );
        assert.deepEqual(reads.begun, parts);
        assert.equal(most, Math.min(count, concurrency));
      }),
      { numRuns: 50 },
    );
  });

  it("throws what the first failing part throws, when its turn comes", async () => {
    const reads = createReads();
    const taken = collect(readInOrder([0, 1, 2, 3, 4], reads.read, 3));
    await setImmediate();

    reads.settle(2, 2);
    reads.settle(1);
    await setImmediate();
    assert.deepEqual(reads.begun, [0, 1, 2]);
    reads.settle(0);

    await assert.rejects(taken, { message: "part 2" });
    assert.deepEqual(reads.begun, [0, 1, 2, 3, 4]);
  });
});
