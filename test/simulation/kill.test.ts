import assert from "node:assert/strict";
import { killAndRestart } from "./kill-and-restart.ts";

describe("a local stack killed in the middle of its work", () => {
  for (const seed of [1, 2]) {
    it(`is equal to its bucket once it is started again, for seed ${seed}`, async () => {
      const { isEqualAfterResume } = await killAndRestart(seed);

      assert.equal(isEqualAfterResume, true);
    });
  }
});
