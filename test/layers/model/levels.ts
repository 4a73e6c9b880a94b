/** An ONNX graph's bytes → the same graph with another `accuracy_level` on its MatMulNBits nodes, or none. */
import { onnxFields } from "../../../layers/model/onnx.ts";
import {
  mapMessages,
  readFields,
  readText,
  writeBytes,
  writeNumber,
} from "../../../layers/model/protobuf.ts";

/** @param chooseLevel for the index of the node; `undefined`: no attribute at all */
export function withLevels(
  bytes: Uint8Array,
  chooseLevel: (index: number) => number | undefined,
): Uint8Array {
  let index = 0;
  return mapMessages(bytes, onnxFields.model.graph, (graph) =>
    mapMessages(graph, onnxFields.graph.node, (node) => {
      if (readText(node, onnxFields.node.operator) !== "MatMulNBits") return node;
      const others = readFields(node).filter(
        ({ number, value }) =>
          number !== onnxFields.node.attribute ||
          !(value instanceof Uint8Array) ||
          readText(value, 1) !== "accuracy_level",
      );
      const level = chooseLevel(index++);
      return Buffer.concat([
        ...others.map((field) => field.bytes),
        ...(level === undefined ? [] : [levelAttribute(level)]),
      ]);
    }),
  );
}

function levelAttribute(level: number): Uint8Array {
  const name = writeBytes(1, Buffer.from("accuracy_level"));
  return writeBytes(5, Buffer.concat([name, writeNumber(3, level), writeNumber(20, 2)]));
}
