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
  model: { irVersion: 1, graph: 7, operatorSet: 8 },
  operatorSet: { domain: 1, version: 2 },
  graph: { node: 1, name: 2, initializer: 5, input: 11, output: 12, valueInfo: 13 },
  node: { input: 1, output: 2, operator: 4, attribute: 5, domain: 7 },
  attribute: { name: 1, float: 2, integer: 3, string: 4, tensor: 5, integers: 8, type: 20 },
  initializer: {
    dimension: 1,
    dataType: 2,
    floats: 4,
    name: 8,
    raw: 9,
    externalData: 13,
    dataLocation: 14,
  },
  valueInfo: { name: 1, type: 2 },
  type: { tensor: 1 },
  tensorType: { element: 1, shape: 2 },
  shape: { dimension: 1 },
  dimension: { value: 1, name: 2 },
  stringEntry: { key: 1, value: 2 },
} as const;

/** TensorProto.DataType, those in use here. */
export const dataTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int64: 7,
  bool: 9,
  float16: 10,
  uint4: 21,
  int4: 22,
} as const;

export type DataType = keyof typeof dataTypes;

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
