import assert from "node:assert/strict";
import fc from "fast-check";
import {
  mapMessages,
  readFields,
  readMessages,
  readText,
  writeBytes,
  writeNumber,
} from "../../../layers/model/protobuf.ts";

const fieldNumber = fc.integer({ min: 1, max: 2 ** 29 - 1 });
const number = fc.record(
  { number: fieldNumber, value: fc.maxSafeNat() },
  { noNullPrototype: true },
);
const bytes = fc.record(
  { number: fieldNumber, value: fc.uint8Array({ maxLength: 300 }) },
  { noNullPrototype: true },
);
const fields = fc.array(fc.oneof(number, bytes));

const write = ({ number, value }: { number: number; value: number | Uint8Array }) =>
  typeof value === "number" ? writeNumber(number, value) : writeBytes(number, value);

describe("readFields", () => {
  it("reads back what is written, in order", () => {
    fc.assert(
      fc.property(fields, (written) => {
        const read = readFields(Buffer.concat(written.map(write)));

        assert.deepEqual(
          read.map(({ number, value }) => ({
            number,
            value: value instanceof Uint8Array ? Uint8Array.from(value) : value,
          })),
          written,
        );
      }),
    );
  });

  // https://protobuf.dev/programming-guides/encoding/ has the first two.
  for (const [hex, number, value] of [
    ["089601", 1, 150],
    ["120774657374696e67", 2, Buffer.from("testing")],
    ["19000000000000f03f", 3, undefined],
    ["250000803f", 4, undefined],
  ] as const) {
    it(`reads ${hex} as field ${number}`, () => {
      const message = Buffer.from(hex, "hex");

      assert.deepEqual(readFields(message), [{ number, bytes: message, value }]);
    });
  }

  it("refuses a message that is cut, and groups, which nobody writes any more", () => {
    for (const hex of ["08", "0896", "1207746573", "1900000000000000", "250000", "0b"]) {
      assert.throws(() => readFields(Buffer.from(hex, "hex")), RangeError, hex);
    }
  });
});

describe("mapMessages", () => {
  it("keeps every byte of what it does not change, lengths in a longer form than needed included", () => {
    // A length of 1 in two bytes, as no writer would write it and every reader takes it.
    const message = Buffer.from("0a810041", "hex");

    assert.deepEqual(
      mapMessages(message, 1, (inner) => inner),
      message,
    );
    assert.deepEqual(
      mapMessages(message, 2, () => Buffer.from("B")),
      message,
    );
    assert.deepEqual(
      mapMessages(message, 1, () => Buffer.from("B")),
      Buffer.from("0a0142", "hex"),
    );
  });

  it("changes all messages of one field and nothing else", () => {
    fc.assert(
      fc.property(fields, fieldNumber, (others, target) => {
        const written = others.filter(({ number }) => number !== target);
        const inner = [Buffer.from("one"), Buffer.from("")];
        const message = Buffer.concat([
          writeBytes(target, Buffer.from("one")),
          ...written.map(write),
          writeNumber(target, 7),
          writeBytes(target, Buffer.from("")),
        ]);

        const changed = mapMessages(message, target, (value) => Buffer.concat([value, value]));

        assert.deepEqual(
          readMessages(changed, target).map((value) => Buffer.from(value)),
          inner.map((value) => Buffer.concat([value, value])),
        );
        assert.deepEqual(
          mapMessages(changed, target, (value) => value.subarray(0, value.length / 2)),
          message,
        );
      }),
    );
  });
});

describe("readText", () => {
  it("gives the first text of a field, and an empty one where there is none", () => {
    const message = Buffer.concat(["ä", "b"].map((text) => writeBytes(3, Buffer.from(text))));

    assert.equal(readText(message, 3), "ä");
    assert.equal(readText(message, 4), "");
  });
});
