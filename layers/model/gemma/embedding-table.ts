/** Token ids → their rows of the published 4-bit table, scaled as the model wants them. */
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import type { OnnxTensor } from "../onnx-model.ts";
import { bytesOf, carryOver, scalar } from "./constants.ts";
import { toFloats } from "./matrix.ts";
import type { FourBitTable } from "./weights.ts";

/**
 * Looks the rows up.
 * @param scaleType of the table's scales: `float16` takes half their 25 MB, and changes a row by a thousandth of
 * what its 4 bits have changed
 */
export async function lookUp(
  builder: GraphBuilder,
  { codes, scales: published, attributes, factor }: FourBitTable,
  ids: Value,
  hiddenSize: number,
  scaleType: "float32" | "float16",
): Promise<Value> {
  const shape = [...ids.shape, hiddenSize];
  const scales =
    scaleType === "float32" ? carryOver(builder, published) : inHalfPrecision(builder, published);
  const rows = builder.add(
    "com.microsoft.GatherBlockQuantized",
    [carryOver(builder, codes), ids, scales],
    { type: scaleType, shape },
    Object.fromEntries(attributes),
  );
  const numbers =
    scaleType === "float32"
      ? rows
      : builder.add("Cast", [rows], { type: "float32", shape }, { to: 1 });
  const [scale = Number.NaN] = toFloats(await factor.read());
  return builder.add("Mul", [numbers, scalar(builder, scale)], { type: "float32", shape });
}

function inHalfPrecision(builder: GraphBuilder, tensor: OnnxTensor): Value {
  return builder.weight("float16", tensor.dimensions, {
    length: tensor.bytes / 2,
    read: async () => bytesOf(new Float16Array(toFloats(await tensor.read()))),
  });
}
