/** Operators and weights, one after the other → an ONNX graph's bytes, and what its weights' file is to hold. */
import { type DataType, onnxFields } from "./onnx.ts";
import {
  type Attribute,
  type NodeParts,
  type Value,
  writeConstant,
  writeExternal,
  writeNode,
  writeText,
  writeValue,
} from "./onnx-messages.ts";
import { writeBytes, writeNumber } from "./protobuf.ts";

export type ValueForm = Omit<Value, "name">;

export interface Weight {
  /** In the weights' file. */
  readonly offset: number;
  readonly length: number;
  /** Makes its bytes; asked once, when they are written. */
  read(): Promise<Uint8Array>;
}

export interface GraphBuilder {
  /** Of a type and shape that nothing gives yet. */
  value(name: string, form: ValueForm): Value;
  /** A constant in the graph's own file; the same one twice is one. */
  constant(type: DataType, shape: readonly number[], values: ArrayBufferView): Value;
  /** A constant in the file beside it, for what is large. */
  weight(
    type: DataType,
    shape: readonly number[],
    content: { readonly length: number; read(): Promise<Uint8Array> },
  ): Value;
  node(parts: NodeParts): void;
  /** A node with one output. */
  add(
    operator: string,
    inputs: NodeParts["inputs"],
    output: ValueForm,
    attributes?: Readonly<Record<string, Attribute>>,
  ): Value;
  /** @param weightsLocation the weights' file, beside the graph's */
  finish(
    inputs: readonly Value[],
    outputs: readonly Value[],
    weightsLocation: string,
  ): FinishedGraph;
}

export interface FinishedGraph {
  readonly bytes: Uint8Array;
  /** In the order of their offsets. */
  readonly weights: readonly Weight[];
}

/** ONNX 1.17, and ONNX Runtime's own operators. */
const irVersion = 10;
const operatorSets = { "": 21, "com.microsoft": 1 } as const;

/** ONNX Runtime maps into memory what begins at a page. */
const pageBytes = 4096;

/**
 * Begins a graph. The shape of each value is declared in it: of one without a shape ONNX Runtime asks of every
 * tensor before whether it could take its place, and a session takes 180 ms longer to open.
 */
export function createGraphBuilder(): GraphBuilder {
  const nodes: Uint8Array[] = [];
  const values: Value[] = [];
  const constants = new Map<string, { readonly value: Value; readonly message: Uint8Array }>();
  const weights: (Weight & { readonly value: Value & { readonly shape: readonly number[] } })[] =
    [];
  let end = 0;

  const builder: GraphBuilder = {
    value(name, form) {
      const value = { name: `${name}_${values.length}`, ...form };
      values.push(value);
      return value;
    },
    constant(type, shape, { buffer, byteOffset, byteLength }) {
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      const key = JSON.stringify([type, shape, Buffer.from(bytes).toString("hex")]);
      const known = constants.get(key);
      if (known !== undefined) return known.value;
      const value = { name: `constant_${constants.size}`, type, shape };
      constants.set(key, { value, message: writeConstant(value.name, type, shape, bytes) });
      return value;
    },
    weight(type, shape, { length, read }) {
      const value = { name: `weight_${weights.length}`, type, shape };
      const offset = Math.ceil(end / pageBytes) * pageBytes;
      end = offset + length;
      weights.push({ value, offset, length, read });
      return value;
    },
    node(parts) {
      nodes.push(writeNode(parts));
    },
    add(operator, inputs, form, attributes = {}) {
      const output = builder.value(operator.slice(operator.lastIndexOf(".") + 1), form);
      builder.node({ operator, inputs, outputs: [output], attributes });
      return output;
    },
    finish(inputs, outputs, location) {
      const { node, name, initializer, input, output, valueInfo } = onnxFields.graph;
      const between = values.filter((value) => !outputs.includes(value));
      const graph = Buffer.concat([
        ...nodes.map((message) => writeBytes(node, message)),
        writeText(name, "embedding"),
        ...[...constants.values()].map(({ message }) => writeBytes(initializer, message)),
        ...weights.map(({ value, offset, length }) =>
          writeBytes(initializer, writeExternal(value, { location, offset, length })),
        ),
        ...inputs.map((value) => writeBytes(input, writeValue(value))),
        ...outputs.map((value) => writeBytes(output, writeValue(value))),
        ...between.map((value) => writeBytes(valueInfo, writeValue(value))),
      ]);
      return { bytes: writeModel(graph), weights };
    },
  };
  return builder;
}

function writeModel(graph: Uint8Array): Uint8Array {
  const { model, operatorSet } = onnxFields;
  return Buffer.concat([
    writeNumber(model.irVersion, irVersion),
    ...Object.entries(operatorSets).map(([domain, version]) =>
      writeBytes(
        model.operatorSet,
        Buffer.concat([
          writeText(operatorSet.domain, domain),
          writeNumber(operatorSet.version, version),
        ]),
      ),
    ),
    writeBytes(model.graph, graph),
  ]);
}
