import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { coalesce } from "../../../../local/studio/page/coalesce.ts";

describe("what is coalesced", () => {
  it("runs never twice at once, and once more for all who asked meanwhile", async () => {
    const ends: (() => void)[] = [];
    const run = coalesce(() => new Promise((resolve) => ends.push(resolve)));

    run();
    run();
    run();
    assert.equal(ends.length, 1);
    ends[0]?.();
    await setImmediate();
    assert.equal(ends.length, 2);
    ends[1]?.();
    await setImmediate();
    assert.equal(ends.length, 2);
    run();
    assert.equal(ends.length, 3);
  });
});
