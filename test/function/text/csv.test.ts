import assert from "node:assert/strict";
import { chunkText } from "../../../function/chunk.ts";
import { readCsv, readTsv } from "../../../function/text/csv.ts";
import { extractDocument } from "../../../function/text/extract.ts";
import { readFixture } from "./fixture.ts";

/** A token a word. */
const countTokens = (text: string) => text.match(/\S+/g)?.length ?? 0;

describe("readCsv", () => {
  for (const [name, program, rows, contentType] of [
    ["libreoffice-ledger.csv", "LibreOffice, with semicolons and lines above the table", 3],
    ["sqlite-loans.csv", "SQLite, with commas, quotes and a line break in a cell", 6],
    ["python-harvest.csv", "Python, with a byte order mark and CRLF", 4],
    ["libreoffice-ledger.tsv", "LibreOffice, with tabs", 3, "text/tab-separated-values"],
    ["sqlite-loans.tsv", "SQLite, with tabs", 6, "text/tab-separated-values"],
    ["dpkg-packages.tsv", "dpkg, without a header", 15, "text/tab-separated-values"],
  ] as const) {
    it(`gives the rows of a table made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.contentType, contentType ?? "text/csv");
      assert.equal(document.structure.marks.at(-1)?.place.row, rows);
    });
  }

  it("gives each chunk the header and its first row's number", () => {
    const rows = Array.from({ length: 30 }, (_, n) => `${n + 1},name of ${n + 1}`);
    const { text, structure } = readCsv(`Number,Name\n${rows.join("\n")}\n`);

    const chunks = chunkText(text, { chunkTokens: 50, overlapTokens: 5, countTokens }, structure);

    assert.ok(chunks.length > 2);
    let row = 0;
    for (const { content, place } of chunks) {
      const [header, ...lines] = content.split("\n");
      assert.equal(header, "Number | Name");
      assert.equal(place?.row, row + 1);
      for (const line of lines) assert.equal(line, `${++row} | name of ${row}`);
    }
    assert.equal(row, 30);
  });

  for (const [delimiter, csv] of [
    ["commas", 'a,b\n"1,5",2\n'],
    ["semicolons, with commas in numbers", "a;b\n1,5;2\n"],
    ["bars", 'a|b\n"1,5"|2\n'],
    ["what its first line says", "sep=^\r\na^b\r\n1,5^2\r\n"],
  ]) {
    it(`finds out that a table is separated by ${delimiter}`, () => {
      assert.equal(readCsv(csv ?? "").text, "a | b\n1,5 | 2");
    });
  }

  it("separates by tabs alone where the type says so", () => {
    assert.equal(readTsv("a, b\tc\n1, 2\t3\n").text, "a, b | c\n1, 2 | 3");
  });

  for (const [what, csv, header] of [
    ["names", "Item,Price\nTea,2.50\n", "Item | Price"],
    ["names behind a blank one", ",Price,Grams\nTea,2.50,100\n", "| Price | Grams"],
    ["a number", "Tea,2.50\nRusks,3.10\n", ""],
    ["a date", "Tea,2026-01-02\nRusks,2026-02-03\n", ""],
    ["one row alone", "Item,Price\n", ""],
  ]) {
    it(`takes a first row of ${what} ${header === "" ? "for data" : "for the header"}`, () => {
      assert.equal(readCsv(csv ?? "").structure.tables[0]?.header.trim(), header);
    });
  }

  it("keeps rows that are too short or too long", () => {
    assert.equal(readCsv("a,b\n1\n2,3,4\n\n,\n").text, "a | b\n1\n2 | 3 | 4");
  });

  it("refuses quotes that do not close, and says in which row", () => {
    assert.throws(() => readCsv('a,b\n1,2\n"3,4\n5,6\n'), {
      name: "UnreadableDocumentError",
      problem: "the quotes that open in its row 3 do not close. Close or double them.",
    });
  });

  it("finds out JSON that calls itself CSV", async () => {
    const document = await extractDocument(Buffer.from(' {"a": 1}'), "a.csv", "text/csv");

    assert.deepEqual([document.contentType, document.text], ["application/json", "a: 1"]);
  });
});
