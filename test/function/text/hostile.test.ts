import assert from "node:assert/strict";
import { extractDocument } from "../../../function/text/extract.ts";

/** Documents that were made to do harm, or would if they were read as they ask for it. */
const hostile: readonly (readonly [what: string, key: string, content: string, problem: RegExp])[] =
  [
    [
      "XML that would be a billion laughs",
      "a.xml",
      `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">${Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join("")}]><l>&l9;</l>`,
      /^its DOCTYPE declares entities/,
    ],
    [
      "XML of 100,000 levels",
      "a.xml",
      `<?xml version="1.0"?>${"<a>".repeat(100_000)}`,
      /^its elements are nested more than 200 deep/,
    ],
    [
      "XML of millions of elements",
      "a.xml",
      `<a>${"<b/>".repeat(4_000_000)}</a>`,
      /^it takes more than (256 MB of memory|10 s) to read/,
    ],
    [
      "JSON of 100,000 levels",
      "a.json",
      "[".repeat(100_000) + "]".repeat(100_000),
      /^its arrays and objects are nested more than 200 deep/,
    ],
    [
      "JSON of millions of values",
      "a.json",
      `[${"{},".repeat(3_000_000)}{}]`,
      /^it has more than 2,000,000 values/,
    ],
    [
      "JSON of millions of levels, which would end the process inside of the parser",
      "a.json",
      "[".repeat(5_000_000) + "]".repeat(5_000_000),
      /^its arrays and objects are nested more than 200 deep/,
    ],
    [
      "JSON whose paths are longer than itself",
      "a.json",
      JSON.stringify({ ["k".repeat(1_000_000)]: Array(2_000).fill({ a: "b", c: "d" }) }),
      /^it has more than 30,000,000 characters of text/,
    ],
    [
      "CSV with one cell of 50 MB",
      "a.csv",
      `a,b\n"${"x".repeat(50_000_000)}",1\n`,
      /^it has more than 30,000,000 characters of text/,
    ],
    [
      "CSV with quotes that never close",
      "a.csv",
      `a,b\n${'",'.repeat(1_000_001)}`,
      /^the quotes that open in its row 2 do not close/,
    ],
  ];

describe("extractDocument, of a hostile document,", () => {
  for (const [what, key, content, problem] of hostile) {
    it(`rejects ${what}`, async () => {
      await assert.rejects(extractDocument(Buffer.from(content), key, undefined), {
        name: "UnreadableDocumentError",
        problem,
      });
    });
  }

  it("reads a table of 100,000 columns, which is wide and no harm", async () => {
    const columns = Array.from({ length: 100_000 }, (_, n) => `c${n}`);
    const content = `${columns.join(",")}\n${columns.join(",")}\n`;

    const { text } = await extractDocument(Buffer.from(content), "a.csv", undefined);

    assert.equal(text.split("\n")[1], columns.join(" | "));
  });
});
