/** An ONNX graph's bytes → the names of its outputs and of the files beside it that hold its weights. */

export interface OnnxGraph {
  readonly outputNames: readonly string[];
  /** Relative to the graph's own folder. */
  readonly externalDataPaths: readonly string[];
}

/**
 * Reads the two from the protobuf message, without loading the graph.
 * Field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 * @throws {RangeError} when the bytes are no whole message, or one without a graph
 */
export function readOnnxGraph(bytes: Uint8Array): OnnxGraph {
  const [graph] = messages(bytes, 7);
  if (graph === undefined) throw new RangeError("it has no graph");
  const outputNames = messages(graph, 12).flatMap((output) => messages(output, 1).map(text));
  const externalData = messages(graph, 5).flatMap((initializer) => messages(initializer, 13));
  const locations = externalData
    .filter((entry) => messages(entry, 1).some((key) => text(key) === "location"))
    .flatMap((entry) => messages(entry, 2).map(text));
  return { outputNames, externalDataPaths: [...new Set(locations)] };
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/**
 * The length-delimited values of one field, in order: strings, bytes and messages alike.
 * Encoding: https://protobuf.dev/programming-guides/encoding/
 */
function messages(message: Uint8Array, fieldNumber: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  let position = 0;

  function readVarint(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message[position++];
      if (byte === undefined) throw new RangeError("it ends in the middle of a field");
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  while (position < message.length) {
    const tag = readVarint();
    const wireType = tag & 7;
    if (wireType === 0) readVarint();
    else if (wireType === 1) position += 8;
    else if (wireType === 5) position += 4;
    else if (wireType === 2) {
      const length = readVarint();
      const end = position + length;
      if (Math.floor(tag / 8) === fieldNumber) found.push(message.subarray(position, end));
      position = end;
    } else throw new RangeError(`it has a field of the unknown wire type ${wireType}`);
  }
  if (position > message.length) throw new RangeError("it ends in the middle of a field");
  return found;
}
