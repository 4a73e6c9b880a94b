/** The constant operand of a matrix product in a graph → its numbers in fp32. */
import { dataTypes } from "../onnx.ts";
import { type OnnxModel, type OnnxNode, type OnnxTensor, readInteger } from "../onnx-model.ts";

/** Of the product y = W·x: `rows` numbers out, `columns` in. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly form:
    | { readonly kind: "fp32"; readonly tensor: OnnxTensor; readonly isTransposed: boolean }
    | {
        readonly kind: "q4";
        /** Two to a byte, the first in its lower half; 8 stands for 0. */
        readonly codes: OnnxTensor;
        /** One for each block of a row. */
        readonly scales: OnnxTensor;
        readonly blockSize: number;
      };
}

const isMatrix = (tensor: OnnxTensor | undefined): tensor is OnnxTensor =>
  tensor?.dimensions.length === 2 && tensor.dataType === dataTypes.float32;

/** Gives the matrix of a node that multiplies with one, without a bias; `undefined` of any other. */
export function readProduct(node: OnnxNode, { tensors }: OnnxModel): Matrix | undefined {
  const [operand, scales, ...others] = node.inputs.slice(1).map((name) => tensors.get(name));
  if (node.operator === "MatMulNBits") {
    const [columns, rows] = [readInteger(node, "K"), readInteger(node, "N")];
    const blockSize = readInteger(node, "block_size");
    const isPlain = readInteger(node, "bits") === 4 && others.every((name) => name === undefined);
    if (!isPlain || operand === undefined || scales?.dataType !== dataTypes.float32) return;
    if (rows === undefined || columns === undefined || blockSize === undefined) return;
    return { rows, columns, form: { kind: "q4", codes: operand, scales, blockSize } };
  }
  if (!isMatrix(operand) || !["MatMul", "Gemm"].includes(node.operator)) return;
  if (node.inputs.length > 2) return;
  const [first = 0, second = 0] = operand.dimensions;
  // As it is stored: MatMul's has a column for each number out, Gemm's a row where it says so.
  const isTransposed = node.operator === "MatMul" || readInteger(node, "transB") !== 1;
  const [rows, columns] = isTransposed ? [second, first] : [first, second];
  return { rows, columns, form: { kind: "fp32", tensor: operand, isTransposed } };
}

/** Reads it row after row. */
export async function readMatrix({ rows, columns, form }: Matrix): Promise<Float32Array> {
  if (form.kind === "fp32") {
    const values = toFloats(await form.tensor.read());
    return form.isTransposed ? transpose(values, columns, rows) : values;
  }
  const { codes, scales, blockSize } = form;
  return dequantize(await codes.read(), toFloats(await scales.read()), blockSize);
}

/** The numbers of `rows` rows of `columns`, column after column. */
export function transpose(values: Float32Array, rows: number, columns: number): Float32Array {
  const transposed = new Float32Array(values.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      transposed[column * rows + row] = values[row * columns + column] ?? Number.NaN;
    }
  }
  return transposed;
}

/** `a` has `rows` rows of `inner`, `b` has `inner` rows of `columns`; summed in double precision. */
export function multiply(
  a: Float32Array,
  b: Float32Array,
  { rows, inner, columns }: Readonly<Record<"rows" | "inner" | "columns", number>>,
): Float32Array {
  const product = new Float32Array(rows * columns);
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row += 1) {
    sums.fill(0);
    for (let index = 0; index < inner; index += 1) {
      const factor = a[row * inner + index] ?? Number.NaN;
      const start = index * columns;
      for (let column = 0; column < columns; column += 1) {
        sums[column] = (sums[column] ?? 0) + factor * (b[start + column] ?? Number.NaN);
      }
    }
    product.set(sums, row * columns);
  }
  return product;
}

function dequantize(codes: Uint8Array, scales: Float32Array, blockSize: number): Float32Array {
  const values = new Float32Array(2 * codes.length);
  // Not `entries()`, which takes seconds for as many.
  for (let index = 0; index < codes.length; index += 1) {
    const code = codes[index] ?? 0;
    const scale = scales[Math.floor((2 * index) / blockSize)] ?? Number.NaN;
    values[2 * index] = ((code & 15) - 8) * scale;
    values[2 * index + 1] = ((code >> 4) - 8) * scale;
  }
  return values;
}

export function toFloats(bytes: Uint8Array): Float32Array {
  // A copy: what is read need not begin where a float may.
  return new Float32Array(new Uint8Array(bytes).buffer);
}
