/** The rows of a sheet → the lines above its table, and the table, with the names of its columns where it has some. */
import type { StructureBuilder } from "./structure.ts";

export function addSheet(sheet: readonly (readonly string[])[], builder: StructureBuilder): void {
  const rows = sheet.slice(readPreface(sheet, builder));
  builder.table(rows, rows.length > 1 && isHeader(rows[0] ?? []));
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
