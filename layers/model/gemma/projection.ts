/** Matrices that one input is multiplied with → the nodes of their products, in 4 or in 8 bits. */
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import { bytesOf, integers, scalar } from "./constants.ts";
import { type Matrix, readMatrix } from "./matrix.ts";
import { quantize } from "./quantize.ts";

export interface Product {
  readonly matrix: Matrix;
  /** A row for each token. */
  readonly output: Value;
}

/**
 * Multiplies the input, a row for each token, with each matrix.
 * @returns what the outputs' rows have yet to be multiplied with, where that is to be: a number for each token.
 * A norm of the rows takes it away.
 */
export type Projection = (input: Value, products: readonly Product[]) => Value | undefined;

/** @param rows any tensor with a number for each token */
export type ProjectionFactory = (builder: GraphBuilder, rows: Value) => Projection;

/**
 * Published 4-bit weights. Those of one input stand side by side in one product, so that it is quantised once.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
export const fourBitProjection: ProjectionFactory = (builder) => (input, products) => {
  const forms = products.flatMap(({ matrix }) => (matrix.form.kind === "q4" ? matrix.form : []));
  const sizes = products.map(({ matrix }) => matrix.rows);
  const outputs = sizes.reduce((sum, size) => sum + size, 0);
  const [columns = 0, blockSize = 0] = [products[0]?.matrix.columns, forms[0]?.blockSize];
  const blocks = Math.ceil(columns / blockSize);
  const codes = builder.weight("uint8", [outputs, blocks, blockSize / 2], {
    length: outputs * blocks * (blockSize / 2),
    read: () => readAll(forms.map((form) => form.codes)),
  });
  const scales = builder.weight("float32", [outputs, blocks], {
    length: outputs * blocks * Float32Array.BYTES_PER_ELEMENT,
    read: () => readAll(forms.map((form) => form.scales)),
  });
  const operator = "com.microsoft.MatMulNBits";
  const inputs = [input, codes, scales];
  // Level 4 computes in int8; without a level ONNX Runtime unpacks the weights to fp32.
  const attributes = { K: columns, N: outputs, bits: 4, block_size: blockSize, accuracy_level: 4 };
  const [first, ...others] = products.map(({ output }) => output);
  if (first !== undefined && others.length === 0) {
    builder.node({ operator, inputs, outputs: [first], attributes });
    return;
  }
  const [rows = "rows"] = input.shape;
  const sideBySide = builder.add(
    operator,
    inputs,
    { type: "float32", shape: [rows, outputs] },
    attributes,
  );
  builder.node({
    operator: "Split",
    inputs: [sideBySide, integers(builder, ...sizes)],
    outputs: products.map(({ output }) => output),
    attributes: { axis: 1 },
  });
};

/** 0 in codes without a sign: x64 multiplies those with signed ones twenty times as fast as signed with signed. */
const zeroPoint = 128;

/** Of magnitudes in a row; of a row of zeros the quotient would be NaN. */
const leastMaximum = 1e-9;

/**
 * Weights in int8 with a scale for each row, made from the matrices' numbers in fp32. Each token is quantised by
 * itself: one scale for all would let a token's neighbours change its vector.
 */
export const eightBitProjection: ProjectionFactory = (builder, rows) => {
  const zero = builder.constant("uint8", [], Uint8Array.of(zeroPoint));
  const rowCount = builder.add("Shape", [rows], { type: "int64", shape: [1] });
  const zeros = builder.add(
    "Expand",
    [builder.constant("uint8", [1], Uint8Array.of(zeroPoint)), rowCount],
    { type: "uint8", shape: rows.shape },
  );

  function quantizeTokens(input: Value) {
    const perToken = { type: "float32", shape: rows.shape } as const;
    const magnitudes = builder.add("Abs", [input], { type: "float32", shape: input.shape });
    const maxima = builder.add("ReduceMax", [magnitudes, integers(builder, 1)], perToken, {
      keepdims: 0,
    });
    const bounded = builder.add("Max", [maxima, scalar(builder, leastMaximum)], perToken);
    const tokenScales = builder.add("Mul", [bounded, scalar(builder, 1 / 127)], perToken);
    const form = { type: "uint8", shape: input.shape } as const;
    const codes = builder.add("QuantizeLinear", [input, tokenScales, zeros], form, { axis: 0 });
    return { codes, tokenScales };
  }

  return (input, products) => {
    const { codes, tokenScales } = quantizeTokens(input);
    for (const { matrix, output } of products) {
      const weights = eightBitWeights(builder, matrix);
      builder.node({
        operator: "com.microsoft.MatMulIntegerToFloat",
        inputs: [codes, weights.codes, scalar(builder, 1), weights.scales, zero],
        outputs: [output],
        attributes: {},
      });
    }
    return tokenScales;
  };
};

function eightBitWeights(builder: GraphBuilder, matrix: Matrix) {
  const { rows, columns } = matrix;
  // Once for both, and not kept: all of them would be a gigabyte.
  let quantized: ReturnType<typeof quantize> | undefined;
  return {
    codes: builder.weight("int8", [columns, rows], {
      length: rows * columns,
      read: async () => {
        quantized = quantize(await readMatrix(matrix), rows, columns);
        return bytesOf(quantized.codes);
      },
    }),
    scales: builder.weight("float32", [rows], {
      length: rows * Float32Array.BYTES_PER_ELEMENT,
      read: async () => {
        const { scales } = quantized ?? quantize(await readMatrix(matrix), rows, columns);
        quantized = undefined;
        return bytesOf(scales);
      },
    }),
  };
}

/** The product itself, where its size counts. */
export function scaleTokens(
  builder: GraphBuilder,
  value: Value,
  tokenScales: Value | undefined,
): Value {
  if (tokenScales === undefined) return value;
  const column = builder.add("Unsqueeze", [tokenScales, integers(builder, 1)], {
    type: "float32",
    shape: [...tokenScales.shape, 1],
  });
  return builder.add("Mul", [value, column], { type: "float32", shape: value.shape });
}

async function readAll(tensors: readonly { read(): Promise<Uint8Array> }[]): Promise<Uint8Array> {
  return Buffer.concat(await Promise.all(tensors.map((tensor) => tensor.read())));
}
