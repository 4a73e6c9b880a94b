/** An ONNX file → its nodes in order and its constant tensors, whose values are read when they are wanted. */
import { open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onnxFields } from "./onnx.ts";
import { readFields, readMessages, readText } from "./protobuf.ts";

export interface OnnxNode {
  readonly operator: string;
  /** Names of tensors; empty where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** The AttributeProto messages by name. */
  readonly attributes: ReadonlyMap<string, Uint8Array>;
}

export interface OnnxTensor {
  readonly name: string;
  readonly dataType: number;
  readonly dimensions: readonly number[];
  /** Of what {@link read} gives. */
  readonly bytes: number;
  /** Its values as they are stored: little-endian, in the order of rows. */
  read(): Promise<Uint8Array>;
}

export interface OnnxModel {
  readonly nodes: readonly OnnxNode[];
  /** Initializers, and what Constant nodes give. */
  readonly tensors: ReadonlyMap<string, OnnxTensor>;
}

/**
 * Reads the graph without its weights.
 * @throws {RangeError} when the file is no whole message, or one without a graph
 */
export async function readOnnxModel(path: string): Promise<OnnxModel> {
  const [graph] = readMessages(await readFile(path), onnxFields.model.graph);
  if (graph === undefined) throw new RangeError("it has no graph");
  const nodes = readMessages(graph, onnxFields.graph.node).map(readNode);
  const tensors = new Map<string, OnnxTensor>();
  for (const initializer of readMessages(graph, onnxFields.graph.initializer)) {
    const tensor = readTensor(initializer, dirname(path));
    tensors.set(tensor.name, tensor);
  }
  for (const { operator, outputs, attributes } of nodes) {
    const [value] = readMessages(
      attributes.get("value") ?? new Uint8Array(),
      onnxFields.attribute.tensor,
    );
    const [name] = outputs;
    if (operator !== "Constant" || value === undefined || name === undefined) continue;
    tensors.set(name, { ...readTensor(value, dirname(path)), name });
  }
  return { nodes, tensors };
}

/** Of an integer attribute; `undefined` where the node has none of that name. */
export function readInteger(node: OnnxNode, name: string): number | undefined {
  return readNumber(node.attributes.get(name) ?? new Uint8Array(), onnxFields.attribute.integer);
}

function readNode(message: Uint8Array): OnnxNode {
  const { input, output, operator, attribute } = onnxFields.node;
  const texts = (field: number) =>
    readMessages(message, field).map((bytes) => Buffer.from(bytes).toString());
  const attributes = readMessages(message, attribute);
  return {
    operator: readText(message, operator),
    inputs: texts(input),
    outputs: texts(output),
    attributes: new Map(
      attributes.map((bytes) => [readText(bytes, onnxFields.attribute.name), bytes]),
    ),
  };
}

function readTensor(message: Uint8Array, folder: string): OnnxTensor {
  const fields = onnxFields.initializer;
  const { key, value } = onnxFields.stringEntry;
  const external = new Map(
    readMessages(message, fields.externalData).map((entry) => [
      readText(entry, key),
      readText(entry, value),
    ]),
  );
  // Floats outside of `raw` are packed: the same bytes.
  const [inside = new Uint8Array()] = [
    ...readMessages(message, fields.raw),
    ...readMessages(message, fields.floats),
  ];
  const location = external.get("location");
  const bytes = location === undefined ? inside.length : Number(external.get("length"));
  return {
    name: readText(message, fields.name),
    dataType: readNumber(message, fields.dataType) ?? 0,
    dimensions: readFields(message).flatMap(({ number, value }) =>
      number === fields.dimension && typeof value === "number" ? [value] : [],
    ),
    bytes,
    read: async () =>
      location === undefined
        ? inside
        : readPart(join(folder, location), Number(external.get("offset") ?? 0), bytes),
  };
}

async function readPart(path: string, offset: number, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
    if (bytesRead !== length) throw new RangeError(`${path} ends before ${offset + length} bytes`);
    return buffer;
  } finally {
    await file.close();
  }
}

function readNumber(message: Uint8Array, fieldNumber: number): number | undefined {
  const field = readFields(message).find(({ number }) => number === fieldNumber);
  return typeof field?.value === "number" ? field.value : undefined;
}
