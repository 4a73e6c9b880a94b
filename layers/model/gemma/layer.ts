/** A row for each token and a layer's weights → what its attention, and its feed-forward part, add to the rows. */
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import { type AttentionInputs, attend } from "./attention.ts";
import { integers } from "./constants.ts";
import type { Matrix } from "./matrix.ts";
import { normalize } from "./norm.ts";
import { type Product, type Projection, scaleTokens } from "./projection.ts";
import type { Rotation } from "./rotary.ts";
import type { GemmaLayer } from "./weights.ts";

export interface LayerContext {
  readonly builder: GraphBuilder;
  readonly project: Projection;
  readonly attention: AttentionInputs;
  readonly heads: number;
  readonly headSize: number;
}

/** What is not the same in each layer. */
export interface AttentionForm {
  readonly rotate: Rotation;
  /** Added to the scores. */
  readonly bias: Value;
}

/** @param input a row for each token, normalised */
export function attendInLayer(
  { builder, project, attention, heads, headSize }: LayerContext,
  { norms, ...matrices }: GemmaLayer,
  input: Value,
  { rotate, bias }: AttentionForm,
): Value {
  const byToken = (value: Value, size: number) =>
    builder.add("Reshape", [value, attention.shapes.byToken], {
      type: "float32",
      shape: ["batch", "tokens", size],
    });

  const query = productOf(builder, matrices.query);
  const key = productOf(builder, matrices.key);
  const value = productOf(builder, matrices.value);
  const tokenScales = project(input, [query, key, value]);
  const queryByHead = builder.add("Reshape", [query.output, integers(builder, -1, headSize)], {
    type: "float32",
    shape: ["headRows", headSize],
  });
  const operands = {
    query: rotate(byToken(normalize(builder, queryByHead, norms.query), heads * headSize)),
    key: rotate(byToken(normalize(builder, key.output, norms.key), headSize)),
    value: byToken(scaleTokens(builder, value.output, tokenScales), headSize),
  };
  const attended = attend(builder, operands, { heads, headSize }, bias, attention.shapes);
  const output = productOf(builder, matrices.attentionOutput);
  project(attended, [output]);
  return normalize(builder, output.output, norms.afterAttention);
}

/** @param input a row for each token, normalised */
export function feedForward(
  { builder, project }: LayerContext,
  layer: GemmaLayer,
  input: Value,
): Value {
  const gate = productOf(builder, layer.gate);
  const up = productOf(builder, layer.up);
  const tokenScales = project(input, [gate, up]);
  const form = { type: "float32", shape: gate.output.shape } as const;
  const gated = scaleTokens(builder, gate.output, tokenScales);
  const activated = builder.add("Gelu", [gated], form, { approximate: "tanh" });
  // Without the scales of `up`: the norm behind the next product takes away what a whole row has too much.
  const raised = builder.add("Mul", [activated, up.output], form);
  const down = productOf(builder, layer.down);
  project(raised, [down]);
  return normalize(builder, down.output, layer.norms.afterFeedForward);
}

function productOf(builder: GraphBuilder, matrix: Matrix): Product {
  const shape = ["rows", matrix.rows];
  return { matrix, output: builder.value("product", { type: "float32", shape }) };
}
