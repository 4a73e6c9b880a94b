/**
 * A protobuf message's bytes → its fields, and changed fields → the message again, without a schema. What is
 * not changed keeps its bytes. Encoding: https://protobuf.dev/programming-guides/encoding/
 */

export interface Field {
  readonly number: number;
  /** The whole field, its tag included. */
  readonly bytes: Uint8Array;
  /** A string, bytes or message; or the number of a varint; `undefined` for a fixed-width number. */
  readonly value: Uint8Array | number | undefined;
}

/**
 * Reads the fields in order.
 * @throws {RangeError} when the bytes are no whole message
 */
export function readFields(message: Uint8Array): Field[] {
  const fields: Field[] = [];
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

  function readBytes(length: number): Uint8Array {
    position += length;
    if (position > message.length) throw new RangeError("it ends in the middle of a field");
    return message.subarray(position - length, position);
  }

  function readValue(wireType: number): Field["value"] {
    if (wireType === 0) return readVarint();
    if (wireType === 2) return readBytes(readVarint());
    if (wireType !== 1 && wireType !== 5) {
      throw new RangeError(`it has a field of the unknown wire type ${wireType}`);
    }
    readBytes(wireType === 1 ? 8 : 4);
    return undefined;
  }

  while (position < message.length) {
    const start = position;
    const tag = readVarint();
    const value = readValue(tag & 7);
    fields.push({ number: Math.floor(tag / 8), bytes: message.subarray(start, position), value });
  }
  return fields;
}

/** The strings, bytes or messages of one field, in order. */
export function readMessages(message: Uint8Array, fieldNumber: number): Uint8Array[] {
  return readFields(message).flatMap(({ number, value }) =>
    number === fieldNumber && value instanceof Uint8Array ? [value] : [],
  );
}

export function readText(message: Uint8Array, fieldNumber: number): string {
  const [bytes] = readMessages(message, fieldNumber);
  return new TextDecoder().decode(bytes);
}

/** The message with each message of one field replaced by what `change` makes of it. */
export function mapMessages(
  message: Uint8Array,
  fieldNumber: number,
  change: (inner: Uint8Array) => Uint8Array,
): Uint8Array {
  const fields = readFields(message).map(({ number, bytes, value }) => {
    if (number !== fieldNumber || !(value instanceof Uint8Array)) return bytes;
    const changed = change(value);
    return changed === value ? bytes : writeBytes(number, changed);
  });
  return Buffer.concat(fields);
}

/** A field of a string, of bytes or of a message. */
export function writeBytes(fieldNumber: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([writeVarint(fieldNumber * 8 + 2), writeVarint(value.length), value]);
}

/** A field of a number that is not negative. */
export function writeNumber(fieldNumber: number, value: number): Uint8Array {
  return Buffer.concat([writeVarint(fieldNumber * 8), writeVarint(value)]);
}

/** A field of a single-precision number. */
export function writeFloat(fieldNumber: number, value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([writeVarint(fieldNumber * 8 + 5), bytes]);
}

function writeVarint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
