import assert from "node:assert/strict";
import { fitPoints } from "../../../../local/studio/page/fit.ts";

const picture = { width: 448, height: 248 };

describe("fitting points into the picture", () => {
  it("fills the picture's width less its margins with one scale on both axes, upwards", () => {
    const points = [
      { x: -1, y: 0 },
      { x: 3, y: 1 },
    ];

    assert.deepEqual(fitPoints(points, picture), [
      { x: 24, y: 174 },
      { x: 424, y: 74 },
    ]);
  });

  it("fills the picture's height where that is scarcer", () => {
    const points = [
      { x: 0, y: 10 },
      { x: 1, y: 0 },
    ];

    assert.deepEqual(fitPoints(points, picture), [
      { x: 214, y: 24 },
      { x: 234, y: 224 },
    ]);
  });

  it("puts what lies in one place into the middle", () => {
    const points = [
      { x: 0.2, y: 0.1 },
      { x: 0.2, y: 0.1 },
    ];

    assert.deepEqual(fitPoints(points, picture), [
      { x: 224, y: 124 },
      { x: 224, y: 124 },
    ]);
    assert.deepEqual(fitPoints([], picture), []);
  });
});
