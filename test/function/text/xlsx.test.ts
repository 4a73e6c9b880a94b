import assert from "node:assert/strict";
import { strToU8, zipSync } from "fflate";
import { readXlsx } from "../../../function/text/xlsx.ts";
import { readFixture } from "./fixture.ts";

/** A workbook of one sheet. */
const xlsxOf = (rows: string, others: Readonly<Record<string, string>> = {}) =>
  zipSync(
    Object.fromEntries(
      Object.entries({
        "xl/workbook.xml":
          '<workbook><sheets><sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels":
          '<Relationships><Relationship Id="r" Type="…/worksheet" Target="worksheets/s.xml"/></Relationships>',
        "xl/worksheets/s.xml": `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
        ...others,
      }).map(([path, text]) => [path, strToU8(text)]),
    ),
  );

describe("readXlsx", () => {
  for (const [name, program, title, headers] of [
    [
      "libreoffice-ledger.xlsx",
      "LibreOffice, with lines above its table",
      "ledger",
      ["Plot | Tenant | Read on | Remarks"],
    ],
    ["openpyxl-loans.xlsx", "Python, with dates", "Loans", ["Tool | Borrower | Since | Deposit"]],
    [
      "xlsxwriter-harvest.xlsx",
      "Python, with a formula",
      "Harvest 2026",
      ["Bed | Crop | Kilograms"],
    ],
  ] as const) {
    it(`gives the text of a workbook made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      const found = document.structure.tables.map(({ header }) => header).filter(Boolean);
      assert.deepEqual(found, headers);
    });
  }

  it("puts each value into its column, also behind cells that are left out", () => {
    const rows =
      '<row><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="C1"><v>3</v></c></row>' +
      '<row><c r="B2" t="b"><v>1</v></c></row>';

    assert.equal(readXlsx(xlsxOf(rows)).text, "S\n\na |  | 3\n | true");
  });

  it("shows as dates and times what the format of the cell shows as such", () => {
    const styles =
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm"/>' +
      '<numFmt numFmtId="165" formatCode="0.0 &quot;days&quot;"/></numFmts><cellXfs><xf numFmtId="0"/>' +
      '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="20"/></cellXfs></styleSheet>';
    const cells = [46_095, 46_095.75, 46_095, 46_095, 0.5].map(
      (value, style) => `<c s="${style}"><v>${value}</v></c>`,
    );

    const { text } = readXlsx(xlsxOf(`<row>${cells.join("")}</row>`, { "xl/styles.xml": styles }));

    assert.equal(text, "S\n\n46095 | 2026-03-14 18:00:00 | 2026-03-14 | 46095 | 12:00:00");
  });

  it("passes over a reference to a column that no sheet has", () => {
    const rows = '<row><c r="ZZZ1"><v>1</v></c><c r="A1"><v>2</v></c></row>';

    assert.equal(readXlsx(xlsxOf(rows)).text, "S\n\n2");
  });
});
