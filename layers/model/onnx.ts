/** An ONNX graph's bytes → the names of its outputs and of the files beside it that hold its weights. */
import { readMessages, readText } from "./protobuf.ts";

export interface OnnxGraph {
  readonly outputNames: readonly string[];
  /** Relative to the graph's own folder. */
  readonly externalDataPaths: readonly string[];
}

/**
 * Field numbers of ONNX's messages: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export const onnxFields = {
  model: { graph: 7 },
  graph: { node: 1, initializer: 5, output: 12 },
  node: { operator: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, integer: 3, type: 20 },
  initializer: { externalData: 13 },
  valueInfo: { name: 1 },
  stringEntry: { key: 1, value: 2 },
} as const;

/**
 * Reads the two from the protobuf message, without loading the graph.
 * @throws {RangeError} when the bytes are no whole message, or one without a graph
 */
export function readOnnxGraph(bytes: Uint8Array): OnnxGraph {
  const [graph] = readMessages(bytes, onnxFields.model.graph);
  if (graph === undefined) throw new RangeError("it has no graph");
  const outputs = readMessages(graph, onnxFields.graph.output);
  const { key, value } = onnxFields.stringEntry;
  const locations = readMessages(graph, onnxFields.graph.initializer)
    .flatMap((initializer) => readMessages(initializer, onnxFields.initializer.externalData))
    .filter((entry) => readText(entry, key) === "location")
    .map((entry) => readText(entry, value));
  return {
    outputNames: outputs.map((output) => readText(output, onnxFields.valueInfo.name)),
    externalDataPaths: [...new Set(locations)],
  };
}
