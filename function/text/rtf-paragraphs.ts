/** RTF's paragraphs, cells and rows as they end → headings, paragraphs, items and tables of a document. */
import { addSheet } from "./sheet.ts";
import type { StructureBuilder } from "./structure.ts";

/** What is said of the paragraph that ends. */
export interface RtfParagraph {
  /** 1 for the outermost heading. */
  readonly headingLevel: number | undefined;
  readonly isInTable: boolean;
  /** Of its list, from 0; nothing where it is in none. */
  readonly itemDepth: number | undefined;
}

export interface RtfParagraphs {
  paragraph(text: string, properties: RtfParagraph): void;
  cell(text: string): void;
  row(): void;
  /** A footnote, which is read behind the paragraph that it is in. */
  note(text: string): void;
  end(): void;
}

/** What programs without lists write before their items. */
const typedMarker = /^\s*(?:[•·▪◦‣●○■–-]|\d{1,3}[.)]|[a-z][.)])\t\s*/;

export function createRtfParagraphs(builder: StructureBuilder): RtfParagraphs {
  let rows: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let notes: string[] = [];

  function endTable(): void {
    if (cell.trim() !== "") cells.push(cell);
    if (cells.length > 0) rows.push(cells);
    // One row, or one column, only arranges a page.
    const isTable = rows.length > 1 && rows.some(({ length }) => length > 1);
    if (isTable) addSheet(rows, builder);
    else for (const text of rows.flat()) builder.paragraph(text);
    rows = [];
    cells = [];
    cell = "";
    endNotes();
  }

  function endNotes(): void {
    for (const note of notes) builder.paragraph(note);
    notes = [];
  }

  return {
    paragraph(text, { headingLevel, isInTable, itemDepth }) {
      if (isInTable || cells.length > 0) {
        cell += `${text}\n`;
        return;
      }
      if (text.trim() === "") return;
      if (rows.length > 0 || cell !== "") endTable();
      const marker = typedMarker.exec(text)?.[0] ?? "";
      if (headingLevel !== undefined) builder.heading(headingLevel, text);
      else if (itemDepth !== undefined) builder.item(itemDepth, text);
      else if (marker !== "") builder.item(0, text.slice(marker.length));
      else builder.paragraph(text);
      endNotes();
    },
    cell(text) {
      cells.push(cell + text);
      cell = "";
    },
    row() {
      if (cells.length === 0) return;
      rows.push(cells);
      cells = [];
    },
    note(text) {
      if (text.trim() !== "") notes.push(text);
    },
    end: endTable,
  };
}
