/** Numbers and tensors → constants in a graph. */
import { type DataType, dataTypes } from "../onnx.ts";
import type { GraphBuilder } from "../onnx-builder.ts";
import type { Value } from "../onnx-messages.ts";
import type { OnnxTensor } from "../onnx-model.ts";

export function scalar(builder: GraphBuilder, value: number): Value {
  return builder.constant("float32", [], Float32Array.of(value));
}

/** A list of integers, as shapes and axes are given. */
export function integers(builder: GraphBuilder, ...values: readonly number[]): Value {
  return builder.constant("int64", [values.length], BigInt64Array.from(values, BigInt));
}

/** Another graph's tensor as it is. */
export function carryOver(builder: GraphBuilder, tensor: OnnxTensor): Value {
  return builder.weight(dataTypeOf(tensor), tensor.dimensions, {
    length: tensor.bytes,
    read: () => tensor.read(),
  });
}

/** Numbers that are made when they are written. */
export function computed(
  builder: GraphBuilder,
  shape: readonly number[],
  make: () => Float32Array | Promise<Float32Array>,
): Value {
  return builder.weight("float32", shape, {
    length: shape.reduce((product, size) => product * size, Float32Array.BYTES_PER_ELEMENT),
    read: async () => bytesOf(await make()),
  });
}

export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** @throws {RangeError} of one that no weight of Gemma has */
function dataTypeOf({ name, dataType }: OnnxTensor): DataType {
  const known = Object.keys(dataTypes).filter((key): key is DataType =>
    Object.hasOwn(dataTypes, key),
  );
  const found = known.find((type) => dataTypes[type] === dataType);
  if (found === undefined) throw new RangeError(`${name} is of the data type ${dataType}`);
  return found;
}
