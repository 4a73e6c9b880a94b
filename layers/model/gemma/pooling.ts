/** The last state of each token → the text's one vector, normalised. */
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import { computed, integers } from "./constants.ts";
import { type Matrix, multiply, readMatrix, transpose } from "./matrix.ts";

/**
 * The mean over the tokens that the mask counts, and the dense layers, which have no bias and nothing between
 * them: one matrix, smaller than the two and nearer to their product in fp32.
 * @param states [batch, tokens, hidden size]
 * @param mask [batch, tokens], 1 or 0
 */
export function pool(
  builder: GraphBuilder,
  states: Value,
  mask: Value,
  dense: readonly [Matrix, Matrix],
): Value {
  const float = (...shape: Value["shape"]) => ({ type: "float32", shape }) as const;
  const [{ columns }, { rows: dimensions }] = dense;
  const tokenAxis = integers(builder, 1);

  const weights = builder.add(
    "Unsqueeze",
    [mask, integers(builder, 2)],
    float("batch", "tokens", 1),
  );
  const counted = builder.add("Mul", [states, weights], { type: "float32", shape: states.shape });
  const sum = builder.add("ReduceSum", [counted, tokenAxis], float("batch", columns), {
    keepdims: 0,
  });
  const tokens = builder.add("ReduceSum", [mask, tokenAxis], float("batch", 1), { keepdims: 1 });
  const mean = builder.add("Div", [sum, tokens], float("batch", columns));
  const merged = computed(builder, [columns, dimensions], () => merge(dense));
  const vector = builder.add("MatMul", [mean, merged], float("batch", dimensions));
  const length = builder.add("ReduceL2", [vector, tokenAxis], float("batch", 1), { keepdims: 1 });
  const output = { name: "sentence_embedding", ...float("batch", dimensions) };
  builder.node({
    operator: "Div",
    inputs: [vector, length],
    outputs: [output],
    attributes: {},
  });
  return output;
}

async function merge([first, second]: readonly [Matrix, Matrix]): Promise<Float32Array> {
  const [rows, inner, columns] = [second.rows, second.columns, first.columns];
  const sizes = { rows, inner, columns };
  const product = multiply(await readMatrix(second), await readMatrix(first), sizes);
  return transpose(product, rows, columns);
}
