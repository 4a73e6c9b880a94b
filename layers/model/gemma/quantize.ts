/** A matrix in fp32 → its int8 codes with a scale for each row, laid out for a product from the left. */

export interface QuantizedMatrix {
  /** Column after column: the product's operand has a row for each number in. */
  readonly codes: Int8Array;
  /** A row's numbers are its codes times this. */
  readonly scales: Float32Array;
}

const maxCode = 127;

/** @param values row after row */
export function quantize(values: Float32Array, rows: number, columns: number): QuantizedMatrix {
  const codes = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    const numbers = values.subarray(row * columns, (row + 1) * columns);
    const maximum = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = Math.fround(maximum / maxCode) || 1;
    scales[row] = scale;
    for (let column = 0; column < columns; column += 1) {
      codes[column * rows + row] = Math.round((numbers[column] ?? 0) / scale);
    }
  }
  return { codes, scales };
}
