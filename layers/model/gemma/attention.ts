/** Queries, keys and values of all tokens → what each token takes from the others. */
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import { integers, scalar } from "./constants.ts";

/** What the attention of all layers shares, made once. */
export interface AttentionInputs {
  /** [batch, tokens] */
  readonly positions: Value;
  /** Added to the scores [batch, tokens, heads, tokens]: of a token, what it must not see. */
  readonly bias: Readonly<Record<"local" | "global", Value>>;
  /** Shapes to be reshaped to. */
  readonly shapes: Readonly<Record<"byToken" | "byHead" | "byQuery", Value>>;
}

/**
 * Tokens nearer than this see each other in a local layer: half of the `sliding_window` of 512 to either side, as
 * Transformers has it for a bidirectional Gemma 3.
 * https://huggingface.co/google/embeddinggemma-300m/blob/main/config.json
 */
const localReach = 257n;

/** Far below any score, and not so far that two of them overflow. */
const masked = -1e9;

/** @param mask 1 for a token and 0 for padding, [batch, tokens] */
export function makeAttentionInputs(
  builder: GraphBuilder,
  ids: Value,
  mask: Value,
  heads: number,
): AttentionInputs {
  const number = (value: bigint) => builder.constant("int64", [], BigInt64Array.of(value));
  const addInteger = (operator: string, inputs: readonly Value[], shape: Value["shape"]) =>
    builder.add(operator, inputs, { type: "int64", shape });
  const addFloat = (operator: string, inputs: readonly Value[], shape: Value["shape"]) =>
    builder.add(operator, inputs, { type: "float32", shape });
  const concatenate = (parts: readonly Value[], length: number) =>
    builder.add("Concat", parts, { type: "int64", shape: [length] }, { axis: 0 });

  const shape = addInteger("Shape", [ids], [2]);
  const tokenCount = addInteger("Gather", [shape, integers(builder, 1)], [1]);
  const count = addInteger("Squeeze", [tokenCount], []);
  const range = addInteger("Range", [number(0n), count, number(1n)], ["tokens"]);
  const row = addInteger("Unsqueeze", [range, integers(builder, 0)], [1, "tokens"]);
  const column = addInteger("Unsqueeze", [range, integers(builder, 1)], ["tokens", 1]);

  const square = ["tokens", "tokens"];
  const difference = addInteger("Sub", [column, row], square);
  const distance = addInteger("Abs", [difference], square);
  const isNear = builder.add("Less", [distance, number(localReach)], {
    type: "bool",
    shape: square,
  });
  const band = addFloat("Where", [isNear, scalar(builder, 0), scalar(builder, masked)], square);
  const bandBias = addFloat(
    "Unsqueeze",
    [band, integers(builder, 0, 2)],
    [1, "tokens", 1, "tokens"],
  );
  const isPadding = addFloat("Sub", [scalar(builder, 1), mask], mask.shape);
  const padding = addFloat("Mul", [isPadding, scalar(builder, masked)], mask.shape);
  const global = addFloat(
    "Unsqueeze",
    [padding, integers(builder, 1, 2)],
    ["batch", 1, 1, "tokens"],
  );
  return {
    positions: addInteger("Expand", [row, shape], mask.shape),
    bias: {
      global,
      local: addFloat("Add", [global, bandBias], ["batch", "tokens", 1, "tokens"]),
    },
    shapes: {
      byToken: concatenate([shape, integers(builder, -1)], 3),
      byHead: concatenate(
        [integers(builder, 0), tokenCount, integers(builder, heads), tokenCount],
        4,
      ),
      byQuery: concatenate([integers(builder, 0, -1), tokenCount], 3),
    },
  };
}

/**
 * The queries of all heads stand one under the other before their one key: two matrix products, where ONNX
 * Runtime's MultiHeadAttention makes two for each head and takes four times as long.
 * @param query [batch, tokens, heads · head size]; `key` and `value` [batch, tokens, head size]
 * @returns a row for each token
 */
export function attend(
  builder: GraphBuilder,
  { query, key, value }: Readonly<Record<"query" | "key" | "value", Value>>,
  sizes: { readonly heads: number; readonly headSize: number },
  bias: Value,
  shapes: AttentionInputs["shapes"],
): Value {
  const { heads, headSize } = sizes;
  const float = (...shape: Value["shape"]) => ({ type: "float32", shape }) as const;
  const byHead = float("batch", "tokens", heads, "tokens");
  const byQuery = float("batch", "queries", "tokens");

  const queries = builder.add(
    "Reshape",
    [query, integers(builder, 0, -1, headSize)],
    float("batch", "queries", headSize),
  );
  const products = builder.add("com.microsoft.FusedMatMul", [queries, key], byQuery, {
    transB: 1,
    alpha: { float: 1 / Math.sqrt(headSize) },
  });
  const scores = builder.add("Reshape", [products, shapes.byHead], byHead);
  const biased = builder.add("Add", [scores, bias], byHead);
  const shares = builder.add("Softmax", [biased], byHead);
  const rows = builder.add("Reshape", [shares, shapes.byQuery], byQuery);
  const taken = builder.add("MatMul", [rows, value], float("batch", "queries", headSize));
  return builder.add(
    "Reshape",
    [taken, integers(builder, -1, heads * headSize)],
    float("rows", heads * headSize),
  );
}
