import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { extractDocument } from "../../../function/text/extract.ts";
import { readFixture } from "./fixture.ts";

describe("extractDocument, of what gzip has compressed,", () => {
  for (const [name, program, contentType] of [
    ["sqlite-loans.csv.gz", "gzip -9, with its name inside", "text/csv"],
    ["gzip-logging.jsonl.gz", "gzip, from a pipe", "application/jsonl"],
    ["python-notes.html.gz", "Python", "text/html"],
  ] as const) {
    it(`reads what is in it, compressed by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.contentType, contentType);
    });
  }

  for (const [what, key, declaredType] of [
    ["by its name", "a.md.gz", undefined],
    ["by its name, compressed by declaration", "a.md.gz", "application/x-gzip"],
    ["by declaration, its encoding set apart", "a", "text/markdown; charset=utf-8"],
  ] as const) {
    it(`takes what is in it ${what}`, async () => {
      const document = await extractDocument(gzipSync("# Title\n"), key, declaredType);

      assert.deepEqual([document.contentType, document.title], ["text/markdown", "Title"]);
    });
  }

  it("reads a name that ends as if it were compressed, and is not", async () => {
    const document = await extractDocument(Buffer.from("Text."), "a.gz", "application/gzip");

    assert.deepEqual([document.contentType, document.text], ["text/plain", "Text."]);
  });

  it("refuses what is compressed twice", async () => {
    await assert.rejects(extractDocument(gzipSync(gzipSync("a")), "a.gz.gz", undefined), {
      name: "UnsupportedTypeError",
      contentType: "application/gzip",
    });
  });

  it("refuses what is cut short", async () => {
    const whole = gzipSync("Some text that is long enough to be cut.");

    await assert.rejects(extractDocument(whole.subarray(0, -12), "a.txt.gz", undefined), {
      name: "UnreadableDocumentError",
      problem: /^it is damaged, or no gzip \(unexpected end of file\)\./,
    });
  });

  it("stops at 32 MB, whatever would come out", async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000));

    await assert.rejects(extractDocument(bomb, "a.txt.gz", undefined), {
      name: "UnreadableDocumentError",
      problem: "it has more than 33,554,432 bytes uncompressed. Split it.",
    });
  });
});
