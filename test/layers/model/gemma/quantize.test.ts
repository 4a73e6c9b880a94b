import assert from "node:assert/strict";
import fc from "fast-check";
import { quantize } from "../../../../layers/model/gemma/quantize.ts";

const matrix = fc
  .record({ rows: fc.integer({ min: 1, max: 8 }), columns: fc.integer({ min: 1, max: 40 }) })
  .chain(({ rows, columns }) =>
    fc
      .array(fc.integer({ min: -1_000_000, max: 1_000_000 }), {
        minLength: rows * columns,
        maxLength: rows * columns,
      })
      .map((numbers) => ({
        rows,
        columns,
        values: Float32Array.from(numbers, (number) => number / 1000),
      })),
  );

describe("quantize", () => {
  it("is off by half a step of the row at most", () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, values }) => {
        const { codes, scales } = quantize(values, rows, columns);

        for (const [index, value] of values.entries()) {
          const [row, column] = [Math.floor(index / columns), index % columns];
          const scale = scales[row] ?? Number.NaN;
          const found = (codes[column * rows + row] ?? Number.NaN) * scale;
          assert.ok(Math.abs(found - value) <= scale * 0.50001);
        }
      }),
    );
  });

  it("uses the whole range for a row that is not all zeros", () => {
    fc.assert(
      fc.property(matrix, ({ rows, columns, values }) => {
        const { codes } = quantize(values, rows, columns);

        for (let row = 0; row < rows; row += 1) {
          const numbers = values.subarray(row * columns, (row + 1) * columns);
          const magnitudes = numbers.map((_, column) =>
            Math.abs(codes[column * rows + row] ?? Number.NaN),
          );
          assert.equal(Math.max(...magnitudes), numbers.some((number) => number !== 0) ? 127 : 0);
        }
      }),
    );
  });
});
