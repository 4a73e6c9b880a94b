/** An ONNX graph's bytes → the same graph with one node's operator changed. */
import { onnxFields } from "../../../layers/model/onnx.ts";
import { mapMessages, readFields, readText, writeBytes } from "../../../layers/model/protobuf.ts";

/** Of the nodes with the operator the one of that index gets the other. */
export function withOperator(
  bytes: Uint8Array,
  [from, to]: readonly [string, string],
  wantedIndex: number,
): Uint8Array {
  const { operator } = onnxFields.node;
  let index = 0;
  return mapMessages(bytes, onnxFields.model.graph, (graph) =>
    mapMessages(graph, onnxFields.graph.node, (node) => {
      if (readText(node, operator) !== from || index++ !== wantedIndex) return node;
      const others = readFields(node).filter(({ number }) => number !== operator);
      return Buffer.concat([
        ...others.map((field) => field.bytes),
        writeBytes(operator, Buffer.from(to)),
      ]);
    }),
  );
}
