import assert from "node:assert/strict";
import fc from "fast-check";
import { cost } from "../../bench/cost.ts";

const milliseconds = fc
  .record({
    two: fc.double({ min: 1, max: 10_000, noNaN: true }),
    speedup: fc.double({ min: 1, max: 2, noNaN: true }),
  })
  .map(({ two, speedup }) => ({ one: two * speedup, two }));

const assertNear = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.abs(expected), `${actual}, not ${expected}`);

describe("cost", () => {
  it("is GB-seconds by their price and requests by theirs", () => {
    const { dollars, milliseconds } = cost(1769, { one: 1000, two: 600 });

    assert.equal(milliseconds, 1000);
    const gigabyteSeconds = (10_000 * 1769) / 1024;
    assertNear(dollars.arm64, gigabyteSeconds * 0.0000133334 + 0.002);
    assertNear(dollars.x64, gigabyteSeconds * 0.0000166667 + 0.002);
  });

  it("is what was measured at one processor and at two", () => {
    fc.assert(
      fc.property(milliseconds, (measured) => {
        assertNear(cost(1769, measured).milliseconds, measured.one);
        assertNear(cost(3538, measured).milliseconds, measured.two);
      }),
    );
  });

  it("stays the same below one processor, where half the memory takes twice as long", () => {
    fc.assert(
      fc.property(milliseconds, (measured) => {
        const [half, whole] = [cost(1769 / 2, measured), cost(1769, measured)];

        assertNear(half.milliseconds, 2 * whole.milliseconds);
        assertNear(half.dollars.arm64, whole.dollars.arm64);
      }),
    );
  });

  it("never falls with more memory, and never takes longer", () => {
    const memory = fc.tuple(
      fc.integer({ min: 128, max: 3538 }),
      fc.integer({ min: 128, max: 3538 }),
    );
    fc.assert(
      fc.property(milliseconds, memory, (measured, sizes) => {
        const [less, more] = sizes.toSorted((a, b) => a - b).map((size) => cost(size, measured));
        assert.ok(less && more);

        assert.ok(more.dollars.x64 >= less.dollars.x64 * (1 - 1e-9));
        assert.ok(more.milliseconds <= less.milliseconds * (1 + 1e-9));
      }),
    );
  });
});
