/** Numbers and a norm's weight → the numbers with a root mean square of one, times the weight. */
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import type { OnnxTensor } from "../onnx-model.ts";
import { carryOver } from "./constants.ts";

/** `rms_norm_eps` of all Gemma 3 models. */
const epsilon = { float: 1e-6 };

/** Over the last dimension. */
export function normalize(builder: GraphBuilder, value: Value, weight: OnnxTensor): Value {
  const form = { type: "float32", shape: value.shape } as const;
  const inputs = [value, carryOver(builder, weight)];
  return builder.add("SimplifiedLayerNormalization", inputs, form, { epsilon });
}
