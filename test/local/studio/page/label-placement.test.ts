import assert from "node:assert/strict";
import fc from "fast-check";
import { type Labelled, placeLabels } from "../../../../local/studio/page/label-placement.ts";

const map = { width: 400, height: 200 };

describe("the labels on the map", () => {
  it("stand to the right of their points where that is free", () => {
    assert.deepEqual(placeLabels([{ x: 100, y: 100, labelWidth: 50 }], map), [{ x: 108, y: 104 }]);
  });

  it("stand to the left at the right border", () => {
    assert.deepEqual(placeLabels([{ x: 380, y: 100, labelWidth: 50 }], map), [{ x: 322, y: 104 }]);
  });

  it("stand above or below where both sides are taken", () => {
    const row = [90, 100, 110].map((x) => ({ x, y: 100, labelWidth: 60 }));

    assert.deepEqual(placeLabels(row, map), [
      { x: 22, y: 104 },
      { x: 70, y: 89 },
      { x: 118, y: 104 },
    ]);
  });

  it("are left out where no place is free", () => {
    const crowd = Array.from({ length: 6 }, () => ({ x: 200, y: 100, labelWidth: 60 }));

    assert.deepEqual(
      placeLabels(crowd, map).map((place) => place !== undefined),
      [true, true, true, true, false, false],
    );
  });

  it("never cover one another or a point, and never leave the map", () => {
    const labelled = fc.record({
      x: fc.integer({ min: 0, max: map.width }),
      y: fc.integer({ min: 0, max: map.height }),
      labelWidth: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(fc.array(labelled, { maxLength: 20 }), (points) => {
        const boxes = placeLabels(points, map).flatMap((place, index) => {
          const width = points[index]?.labelWidth ?? 0;
          // 14 pixels high, with the baseline 3 above the lower end.
          return place === undefined
            ? []
            : [{ ...place, right: place.x + width, top: place.y - 11 }];
        });
        for (const [index, box] of boxes.entries()) {
          assert.ok(box.x >= 0 && box.right <= 400 && box.top >= 0 && box.y + 3 <= 200);
          const isCovered = ({ x, y }: Labelled) =>
            x > box.x && x < box.right && y > box.top && y < box.y + 3;
          assert.ok(!points.some(isCovered));
          for (const other of boxes.slice(index + 1)) {
            const apart =
              other.x >= box.right ||
              other.right <= box.x ||
              other.top >= box.y + 3 ||
              other.y + 3 <= box.top;
            assert.ok(apart);
          }
        }
      }),
    );
  });
});
