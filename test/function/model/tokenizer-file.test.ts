import assert from "node:assert/strict";
import fc from "fast-check";
import {
  readTokenizerFile,
  type TokenizerTables,
  writeTokenizerFile,
} from "../../../function/model/tokenizer-file.ts";

/** The magic number, the version and the lengths of 14 sections. */
const headerBytes = 4 * 16;

const table = fc.int32Array({ maxLength: 20 });
const tables: fc.Arbitrary<TokenizerTables> = fc.record({
  prefix: table,
  suffix: table,
  pages: table,
  characters: table,
  bytes: table,
  mergeRows: table,
  mergeRights: table,
  mergeRanks: table,
  mergedIds: table,
  spaceJoiners: table,
  addedRows: table,
  addedUnits: table,
  addedIds: table,
  addedLengths: table,
});

describe("readTokenizerFile", () => {
  it("gives the tables that were written, whatever they hold", () => {
    fc.assert(
      fc.property(tables, (expected) => {
        assert.deepEqual(readTokenizerFile(writeTokenizerFile(expected).buffer), { ...expected });
      }),
    );
  });

  it("makes views of the bytes and no copies", () => {
    fc.assert(
      fc.property(tables, (written) => {
        const { buffer } = writeTokenizerFile(written);

        const views = Object.values(readTokenizerFile(buffer));

        assert.ok(views.every((view) => view.buffer === buffer));
      }),
    );
  });

  it("refuses a file that is cut short anywhere", () => {
    const anyLoss = fc.tuple(tables, fc.nat());
    fc.assert(
      fc.property(anyLoss, ([written, position]) => {
        const { buffer } = writeTokenizerFile(written);
        const kept = buffer.slice(0, position % buffer.byteLength);

        assert.throws(() => readTokenizerFile(kept), {
          name: "RangeError",
          message:
            kept.byteLength < headerBytes
              ? "it is no compiled tokenizer"
              : `it has ${kept.byteLength} bytes instead of ${buffer.byteLength}`,
        });
      }),
    );
  });

  for (const [what, word, value, problem] of [
    ["a file of another kind", 0, 0x7b7b_7b7b, /^it is no compiled tokenizer$/],
    ["a file of another version", 1, 2, /^it has version 2 and only version 1 is read; build/],
    ["lengths that do not add up", 2, 1_000_000, /^it has \d+ bytes instead of \d+$/],
  ] as const) {
    it(`refuses ${what}`, () => {
      fc.assert(
        fc.property(tables, (written) => {
          const words = new Int32Array(writeTokenizerFile(written).buffer);
          words[word] = value;

          assert.throws(() => readTokenizerFile(words.buffer), {
            name: "RangeError",
            message: problem,
          });
        }),
      );
    });
  }
});
