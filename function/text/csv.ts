/** A table as comma- or tab-separated values → its rows, one a line, of which the first names the columns. */
import Papa from "papaparse";
import { UnreadableDocumentError } from "../errors.ts";
import { addSheet } from "./sheet.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";

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
  addSheet(data, builder);
  return builder.build();
}
