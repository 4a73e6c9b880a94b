import assert from "node:assert/strict";
import { pairedDifference } from "../../evaluate/difference.ts";

describe("pairedDifference", () => {
  it("gives the mean of the differences, and 1.96 of its standard errors", () => {
    // Differences 0, 1, 0, 1: variance 1/3, standard error √(1/12).
    const { mean, margin } = pairedDifference([0.5, 1, 0, 1], [0.5, 0, 0, 0]);

    assert.equal(mean, 0.5);
    assert.equal(margin, 1.96 * Math.sqrt(1 / 3 / 4));
  });

  it("is sure of a difference that is the same for each question", () => {
    assert.deepEqual(pairedDifference([0.75, 0.5], [0.5, 0.25]), { mean: 0.25, margin: 0 });
  });

  it("gives no margin for a single question", () => {
    assert.deepEqual(pairedDifference([0.25], [0.5]), { mean: -0.25, margin: undefined });
  });
});
