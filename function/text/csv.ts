/** A table as comma- or tab-separated values → its rows, one a line, of which the first names the columns. */
import Papa from "papaparse";
import { UnreadableDocumentError } from "../errors.ts";
import { createStructureBuilder, type Extracted, type StructureBuilder } from "./structure.ts";

/** Reads values separated by what separates them: comma, semicolon, tab, bar, or what `sep=` in the first line says. */
export function readCsv(text: string): Extracted {
  const named = /^sep=(.)\r?\n/.exec(text);
  return readSeparated(text.slice(named?.[0].length ?? 0), named?.[1] ?? "");
}

/** Reads values separated by tabs. */
export function readTsv(text: string): Extracted {
  return readSeparated(text, "\t");
}

/** @param delimiter empty where it is to be found out */
function readSeparated(text: string, delimiter: string): Extracted {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, skipEmptyLines: "greedy" });
  const unclosed = errors.find(({ code }) => code === "MissingQuotes");
  if (unclosed !== undefined) {
    throw new UnreadableDocumentError(
      `the quotes that open in its row ${(unclosed.row ?? 0) + 1} do not close. Close or double them.`,
    );
  }
  const builder = createStructureBuilder();
  const rows = data.slice(readPreface(data, builder));
  builder.table(rows, rows.length > 1 && isHeader(rows[0] ?? []));
  return builder.build();
}

/** Adds the lines above a table, as reports and statements have them, and says how many there are. */
function readPreface(rows: readonly (readonly string[])[], builder: StructureBuilder): number {
  const filled = (row: readonly string[]) => row.filter((cell) => cell.trim() !== "").length;
  const first = rows.findIndex((row) => filled(row) > 1);
  for (const row of rows.slice(0, Math.max(first, 0))) builder.paragraph(row.join(" "));
  return Math.max(first, 0);
}

/** True for names of columns: none is a number or a date, and only that of a first column of labels may be blank. */
function isHeader(cells: readonly string[]): boolean {
  return cells.every((cell, index) =>
    cell.trim() === "" ? index === 0 && cells.length > 1 : !/^[-+]?[\d\s.,:/€$£%-]+$/.test(cell),
  );
}
