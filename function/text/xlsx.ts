/** A workbook (.xlsx) → its sheets, each below its name: a row a line, of which the first names the columns. */
import {
  attributeOf,
  childrenOf,
  descendantsOf,
  type OfficePackage,
  openOfficePackage,
} from "./office-package.ts";
import { addSheet } from "./sheet.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";
import { textOf, type XmlElement } from "./xml-elements.ts";

/** Columns of a sheet: https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3 */
const maxColumns = 16_384;

/**
 * Reads the values that the cells show; of a formula, what was last computed.
 * @throws {UnreadableDocumentError} for a workbook that has not all of its sheets
 */
export function readXlsx(bytes: Uint8Array): Extracted {
  const file = openOfficePackage(bytes);
  const workbook = file.part("xl/workbook.xml");
  const relations = file.relations("xl/workbook.xml");
  const texts = childrenOf(file.read("xl/sharedStrings.xml"), "si").map(textOfCell);
  const isDate = readDateStyles(file);
  const builder = createStructureBuilder();
  for (const sheet of descendantsOf(workbook, "sheet")) {
    const part = file.part(relations.get(attributeOf(sheet, "id"))?.path ?? "");
    const rows = descendantsOf(part, "row").map((row) => readRow(row, texts, isDate));
    if (rows.length === 0) continue;
    builder.heading(1, attributeOf(sheet, "name"));
    addSheet(rows, builder);
  }
  return builder.build();
}

function readRow(
  row: XmlElement,
  texts: readonly string[],
  isDate: (style: string) => boolean,
): string[] {
  const cells: string[] = [];
  for (const cell of childrenOf(row, "c")) {
    const column = columnOf(attributeOf(cell, "r")) ?? cells.length;
    if (column >= maxColumns) continue;
    while (cells.length < column) cells.push("");
    cells[column] = readCell(cell, texts, isDate);
  }
  return cells;
}

function readCell(
  cell: XmlElement,
  texts: readonly string[],
  isDate: (style: string) => boolean,
): string {
  const [value] = childrenOf(cell, "v");
  const text = value === undefined ? "" : textOf(value);
  switch (attributeOf(cell, "t")) {
    case "s":
      return texts[Number(text)] ?? "";
    case "inlineStr":
      return childrenOf(cell, "is").map(textOfCell).join("");
    case "b":
      return text === "1" ? "true" : "false";
    case "":
    case "n":
      return text !== "" && isDate(attributeOf(cell, "s")) ? dateOf(Number(text)) : text;
    default:
      return text;
  }
}

/** Its runs, without how East Asian ones are pronounced. */
function textOfCell(element: XmlElement): string {
  const own = [element, ...childrenOf(element, "r")].flatMap((run) => childrenOf(run, "t"));
  return own.map(textOf).join(" ").trim();
}

/** From 0; `C7` is in column 2. */
function columnOf(reference: string): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference)?.[0];
  if (letters === undefined) return undefined;
  return [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Formats of dates that every workbook knows: ECMA-376, part 1, 18.8.30. */
const isKnownDate = (id: number) => (id >= 14 && id <= 22) || (id >= 45 && id <= 47);

/** Of a cell's style, whether it shows numbers as dates. */
function readDateStyles(file: OfficePackage): (style: string) => boolean {
  const styles = file.read("xl/styles.xml");
  const own = new Set(
    descendantsOf(styles, "numFmt")
      // Without what is written in quotes or brackets, or behind a backslash.
      .filter((format) =>
        /[dmyhs]/i.test(
          attributeOf(format, "formatCode").replaceAll(/"[^"]*"|\[[^\]]*\]|\\./g, ""),
        ),
      )
      .map((format) => Number(attributeOf(format, "numFmtId"))),
  );
  const areDates = descendantsOf(styles, "cellXfs").flatMap((formats) =>
    childrenOf(formats, "xf").map((format) => {
      const id = Number(attributeOf(format, "numFmtId"));
      return isKnownDate(id) || own.has(id);
    }),
  );
  return (style) => areDates[Number(style)] ?? false;
}

/** Days since the 30th of December 1899, as all workbooks but those of old Macs count them. */
function dateOf(days: number): string {
  const milliseconds = Math.round((days - 25_569) * 86_400) * 1_000;
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return String(days);
  const [day = "", time = ""] = date.toISOString().slice(0, 19).split("T");
  if (days < 1) return time;
  return time === "00:00:00" ? day : `${day} ${time}`;
}
