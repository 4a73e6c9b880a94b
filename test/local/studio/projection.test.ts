import assert from "node:assert/strict";
import fc from "fast-check";
import { projectToPlane } from "../../../local/studio/projection.ts";

const round = (values: readonly number[]) => values.map((value) => Number(value.toFixed(6)) + 0);

describe("the projection to a plane", () => {
  it("finds the axes of a cross, the longer one first, with their shares of the variance", () => {
    // Along (0, 3, 4) / 5 by 2, and at right angles to it along x by 1: variances 8 and 2.
    const { points, shares } = projectToPlane([
      [10, 1.2, 1.6],
      [10, -1.2, -1.6],
      [11, 0, 0],
      [9, 0, 0],
    ]);

    assert.deepEqual(points.map(round), [
      [2, 0],
      [-2, 0],
      [0, 1],
      [0, -1],
    ]);
    assert.deepEqual(round(shares), [0.8, 0.2]);
  });

  it("puts documents that differ in one way only on a line", () => {
    const { points, shares } = projectToPlane([
      [0, 0, 0],
      [1, 2, 2],
      [3, 6, 6],
    ]);

    assert.deepEqual(points.map(round), [
      [-4, 0],
      [-1, 0],
      [5, 0],
    ]);
    assert.deepEqual(round(shares), [1, 0]);
  });

  it("puts a document alone, and documents that are alike, in the middle", () => {
    assert.deepEqual(projectToPlane([]), { points: [], shares: [0, 0] });
    assert.deepEqual(projectToPlane([[0.6, 0.8]]), { points: [[0, 0]], shares: [0, 0] });
    const { points } = projectToPlane([
      [0.1, 0.7],
      [0.1, 0.7],
      [0.1, 0.7],
    ]);
    assert.deepEqual(points.map(round), [
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
  });

  it("keeps every distance of vectors that lie in a plane", () => {
    const coordinate = fc.integer({ min: -100, max: 100 });
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { maxLength: 12 }), (plane) => {
        // The plane of (2, 1, 2) / 3 and (-2, 2, 1) / 3, which are at right angles.
        const vectors = plane.map(([a, b]) => [
          (2 * a - 2 * b) / 3,
          (a + 2 * b) / 3,
          (2 * a + b) / 3,
        ]);

        const { points } = projectToPlane(vectors);

        for (const [i, from] of points.entries()) {
          for (const [j, to] of points.entries()) {
            const [a = 0, b = 0] = plane[i] ?? [];
            const [c = 0, d = 0] = plane[j] ?? [];
            const distance = Math.hypot(a - c, b - d);
            assert.ok(Math.abs(Math.hypot(from[0] - to[0], from[1] - to[1]) - distance) < 1e-6);
          }
        }
      }),
    );
  });

  it("gives the same points for the same vectors", () => {
    const vectors = [
      [0.3, 0.1, -0.2, 0.9],
      [0.2, -0.4, 0.5, 0.1],
      [-0.7, 0.3, 0.3, 0.2],
    ];

    assert.deepEqual(projectToPlane(vectors), projectToPlane(vectors));
  });
});
