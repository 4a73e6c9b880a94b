/** A node, a tensor's declaration, a graph's parts → their ONNX messages. */
import { type DataType, dataTypes, onnxFields } from "./onnx.ts";
import { writeBytes, writeFloat, writeNumber } from "./protobuf.ts";

/** A number, or the name of one that the inputs decide: the same name is the same number. */
export type Dimension = number | string;

/** A tensor in the graph. */
export interface Value {
  readonly name: string;
  readonly type: DataType;
  readonly shape: readonly Dimension[];
}

/** A number is an integer that is not negative; bytes are a whole AttributeProto. */
export type Attribute = number | string | Uint8Array | { readonly float: number };

/** AttributeProto.AttributeType */
const attributeTypes = { float: 1, integer: 2, string: 3 } as const;

export interface NodeParts {
  /** Operators of another domain than ONNX's have its name before theirs: `com.microsoft.MatMulNBits`. */
  readonly operator: string;
  /** `undefined` leaves an optional one out. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly (Value | undefined)[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export function writeNode({ operator, inputs, outputs, attributes }: NodeParts): Uint8Array {
  const fields = onnxFields.node;
  const lastDot = operator.lastIndexOf(".");
  return Buffer.concat([
    ...inputs.map((input) => writeText(fields.input, input?.name ?? "")),
    ...outputs.map((output) => writeText(fields.output, output?.name ?? "")),
    writeText(fields.operator, operator.slice(lastDot + 1)),
    writeText(fields.domain, operator.slice(0, Math.max(lastDot, 0))),
    ...Object.entries(attributes).map(([name, value]) =>
      writeBytes(fields.attribute, writeAttribute(name, value)),
    ),
  ]);
}

function writeAttribute(name: string, value: Attribute): Uint8Array {
  if (value instanceof Uint8Array) return value;
  const { name: nameField, float, integer, string, type } = onnxFields.attribute;
  const whole = (content: Uint8Array, attributeType: number) =>
    Buffer.concat([writeText(nameField, name), content, writeNumber(type, attributeType)]);
  if (typeof value === "number") return whole(writeNumber(integer, value), attributeTypes.integer);
  if (typeof value === "string") return whole(writeText(string, value), attributeTypes.string);
  return whole(writeFloat(float, value.float), attributeTypes.float);
}

/** A value's name, type and shape: of an input, an output, or in between. */
export function writeValue({ name, type, shape }: Value): Uint8Array {
  const { dimension, tensorType } = onnxFields;
  const dimensions = shape.map((size) =>
    writeBytes(
      onnxFields.shape.dimension,
      typeof size === "number"
        ? writeNumber(dimension.value, size)
        : writeText(dimension.name, size),
    ),
  );
  const tensor = [
    writeNumber(tensorType.element, dataTypes[type]),
    writeBytes(tensorType.shape, Buffer.concat(dimensions)),
  ];
  return Buffer.concat([
    writeText(onnxFields.valueInfo.name, name),
    writeBytes(
      onnxFields.valueInfo.type,
      writeBytes(onnxFields.type.tensor, Buffer.concat(tensor)),
    ),
  ]);
}

/** A constant in the graph's own file. */
export function writeConstant(
  name: string,
  type: DataType,
  shape: readonly number[],
  values: Uint8Array,
): Uint8Array {
  return Buffer.concat([
    writeDeclaration(name, type, shape),
    writeBytes(onnxFields.initializer.raw, values),
  ]);
}

/** A constant whose values lie in the file at `location`, beside the graph's. */
export function writeExternal(
  { name, type, shape }: Value & { readonly shape: readonly number[] },
  place: { readonly location: string; readonly offset: number; readonly length: number },
): Uint8Array {
  const { externalData, dataLocation } = onnxFields.initializer;
  const { key, value } = onnxFields.stringEntry;
  return Buffer.concat([
    writeDeclaration(name, type, shape),
    ...Object.entries(place).map(([entry, content]) =>
      writeBytes(
        externalData,
        Buffer.concat([writeText(key, entry), writeText(value, String(content))]),
      ),
    ),
    writeNumber(dataLocation, 1),
  ]);
}

function writeDeclaration(name: string, type: DataType, shape: readonly number[]): Uint8Array {
  const fields = onnxFields.initializer;
  return Buffer.concat([
    ...shape.map((size) => writeNumber(fields.dimension, size)),
    writeNumber(fields.dataType, dataTypes[type]),
    writeText(fields.name, name),
  ]);
}

export function writeText(fieldNumber: number, text: string): Uint8Array {
  return writeBytes(fieldNumber, Buffer.from(text));
}
