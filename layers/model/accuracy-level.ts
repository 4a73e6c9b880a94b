/** A 4-bit graph's bytes → the same graph with its matrix products computed in int8. */
import { GraphNotRecognisedError } from "./errors.ts";
import { onnxFields } from "./onnx.ts";
import {
  type Field,
  mapMessages,
  readFields,
  readMessages,
  readText,
  writeBytes,
  writeNumber,
} from "./protobuf.ts";

export interface AccuracyLevelChange {
  /** The graph's bytes; every byte outside of the changed nodes is the source's. */
  readonly bytes: Uint8Array;
  readonly changedNodes: number;
  /** Nodes that had level 4 before. */
  readonly unchangedNodes: number;
}

/**
 * int8: the activations are quantised in blocks while the product is computed. Without a level ONNX Runtime
 * unpacks the 4-bit weights to fp32 instead.
 * https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.MatMulNBits
 */
const int8Level = 4;

/** AttributeProto.AttributeType of an integer. */
const integerType = 2;

/**
 * Sets `accuracy_level` 4 on each MatMulNBits that has none. Weights beside the graph stay as they are.
 * @throws {GraphNotRecognisedError} when there is no such node, or one of other bits or of another level
 * @throws {RangeError} when the bytes are no whole message
 */
export function setAccuracyLevel(bytes: Uint8Array): AccuracyLevelChange {
  const nodes = readMessages(bytes, onnxFields.model.graph)
    .flatMap((graph) => readMessages(graph, onnxFields.graph.node))
    .filter(isMatMulNBits);
  const isRecognised = (node: Uint8Array) =>
    readInteger(node, "bits") === 4 && [0, int8Level].includes(readInteger(node, "accuracy_level"));
  if (nodes.length === 0 || !nodes.every(isRecognised)) {
    throw new GraphNotRecognisedError(
      "q4-level4",
      "MatMulNBits nodes of 4 bits without an accuracy_level, or with level 4",
      describeNodes(nodes),
    );
  }
  const isUnset = (node: Uint8Array) =>
    isMatMulNBits(node) && readInteger(node, "accuracy_level") === 0;
  const changedNodes = nodes.filter(isUnset).length;
  return {
    bytes: mapMessages(bytes, onnxFields.model.graph, (graph) =>
      mapMessages(graph, onnxFields.graph.node, (node) => (isUnset(node) ? withLevel(node) : node)),
    ),
    changedNodes,
    unchangedNodes: nodes.length - changedNodes,
  };
}

function isMatMulNBits(node: Uint8Array): boolean {
  const { operator, domain } = onnxFields.node;
  return readText(node, operator) === "MatMulNBits" && readText(node, domain) === "com.microsoft";
}

/** Of an integer attribute of a node; 0 where it is absent, which is what ONNX Runtime takes for the level. */
function readInteger(node: Uint8Array, attributeName: string): number {
  const { name, integer } = onnxFields.attribute;
  const values = readMessages(node, onnxFields.node.attribute)
    .filter((attribute) => readText(attribute, name) === attributeName)
    .flatMap(readFields)
    .filter((field) => field.number === integer)
    .map(({ value }) => value);
  return typeof values[0] === "number" ? values[0] : 0;
}

function withLevel(node: Uint8Array): Uint8Array {
  const { name, integer, type } = onnxFields.attribute;
  const attribute = [
    writeBytes(name, Buffer.from("accuracy_level")),
    writeNumber(integer, int8Level),
    writeNumber(type, integerType),
  ];
  const isLevel = ({ number, value }: Field) =>
    number === onnxFields.node.attribute &&
    value instanceof Uint8Array &&
    readText(value, name) === "accuracy_level";
  const others = readFields(node).filter((field) => !isLevel(field));
  return Buffer.concat([
    ...others.map(({ bytes }) => bytes),
    writeBytes(onnxFields.node.attribute, Buffer.concat(attribute)),
  ]);
}

/** "168 of 4 bits without a level, 2 of 8 bits with level 1" */
function describeNodes(nodes: readonly Uint8Array[]): string {
  const counts = new Map<string, number>();
  for (const node of nodes) {
    const level = readInteger(node, "accuracy_level");
    const kind = `of ${readInteger(node, "bits")} bits ${level === 0 ? "without a level" : `with level ${level}`}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(", ") || "none";
}
