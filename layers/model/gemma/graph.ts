/** EmbeddingGemma's weights → its graph: token ids in, the normalised vector of a text out. */
import { createGraphBuilder, type FinishedGraph } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import { makeAttentionInputs } from "./attention.ts";
import { integers } from "./constants.ts";
import { lookUp } from "./embedding-table.ts";
import { type AttentionForm, attendInLayer, feedForward, type LayerContext } from "./layer.ts";
import { normalize } from "./norm.ts";
import { pool } from "./pooling.ts";
import type { ProjectionFactory } from "./projection.ts";
import { createRotation } from "./rotary.ts";
import type { FourBitTable, GemmaWeights } from "./weights.ts";

export interface GemmaForm {
  /** How the matrices of the layers are multiplied with. */
  readonly createProjection: ProjectionFactory;
  readonly tableScales: "float32" | "float16";
}

/** Every sixth layer sees all tokens, the others their neighbourhood. */
const layersPerGlobal = 6;

/**
 * Builds the graph.
 * @param windowTokens the most that a text may have
 * @param weightsLocation of the file with its weights, beside it
 */
export async function buildGemma(
  { layers, outputNorm, dense, headSize, hiddenSize }: GemmaWeights,
  table: FourBitTable,
  { createProjection, tableScales }: GemmaForm,
  windowTokens: number,
  weightsLocation: string,
): Promise<FinishedGraph> {
  const builder = createGraphBuilder();
  const inputForm = { type: "int64", shape: ["batch", "tokens"] } as const;
  const ids: Value = { name: "input_ids", ...inputForm };
  const attentionMask: Value = { name: "attention_mask", ...inputForm };
  const maskForm = { type: "float32", shape: inputForm.shape } as const;
  const mask = builder.add("Cast", [attentionMask], maskForm, { to: 1 });
  const rowsForm = { type: "int64", shape: ["rows"] } as const;
  const rows = builder.add("Reshape", [ids, integers(builder, -1)], rowsForm);
  const heads = layers[0].query.rows / headSize;
  const attention = makeAttentionInputs(builder, ids, mask, heads);
  const project = createProjection(builder, rows);
  const context: LayerContext = { builder, project, attention, heads, headSize };

  const attentionForm = (kind: "local" | "global"): AttentionForm => ({
    rotate: createRotation(builder, kind, attention.positions, { windowTokens, headSize }),
    bias: attention.bias[kind],
  });
  const local = attentionForm("local");
  const global = layers.length < layersPerGlobal ? local : attentionForm("global");

  // Not SkipSimplifiedLayerNormalization, which does both and takes longer than the two.
  const addRows = (one: Value, other: Value) =>
    builder.add("Add", [one, other], { type: "float32", shape: one.shape });
  let state = await lookUp(builder, table, rows, hiddenSize, tableScales);
  for (const [index, layer] of layers.entries()) {
    const form = (index + 1) % layersPerGlobal === 0 ? global : local;
    const attentionInput = normalize(builder, state, layer.norms.attention);
    const attended = attendInLayer(context, layer, attentionInput, form);
    const middle = addRows(state, attended);
    const fed = feedForward(context, layer, normalize(builder, middle, layer.norms.feedForward));
    state = addRows(middle, fed);
  }
  const normalized = normalize(builder, state, outputNorm);
  const states = builder.add("Reshape", [normalized, attention.shapes.byToken], {
    type: "float32",
    shape: ["batch", "tokens", hiddenSize],
  });
  const output = pool(builder, states, mask, dense);
  return builder.finish([ids, attentionMask], [output], weightsLocation);
}
