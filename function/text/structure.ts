/** Headings, paragraphs, list items and tables in reading order → a document's text, and where each stands. */
import { UnreadableDocumentError } from "../errors.ts";
import { cleanLine, cleanLines } from "./clean-text.ts";

/** Where a stretch of a document's text stands in the document; what the format does not have is left out. */
export interface Place {
  /** Of a document that has pages, from 1. */
  readonly page?: number;
  /** From the outermost heading to the nearest one above. */
  readonly headings?: readonly string[];
  /** Of a table, from 1, its header not counted; or of JSON's records. */
  readonly row?: number;
  /** Of a recording: when what it says begins. */
  readonly startSeconds?: number;
}

/** A place, and from which UTF-16 code unit of the text it holds, which is until the next one. */
export interface Mark {
  readonly start: number;
  readonly place: Place;
}

/**
 * A stretch of the text that is a table, one row a line; the header, where it has one, is the first of them.
 * A record is one, too: it is kept together in the same way.
 */
export interface Table {
  readonly start: number;
  readonly end: number;
  readonly header: string;
}

/** Both in the order of the text. */
export interface Structure {
  readonly marks: readonly Mark[];
  readonly tables: readonly Table[];
}

/** What an extractor gives. */
export interface Extracted {
  readonly text: string;
  readonly title: string | undefined;
  readonly structure: Structure;
}

export const noStructure: Structure = { marks: [], tables: [] };

/** Characters of text in one document: about 15,000 chunks of 512 tokens, which takes hours to embed. */
const maxTextCharacters = 30_000_000;

export interface StructureBuilder {
  /** What follows stands on this page. */
  page(page: number): void;
  /** `level` is 1 for the outermost. */
  heading(level: number, text: string): void;
  paragraph(text: string): void;
  /** A paragraph of several lines. */
  lines(lines: Iterable<string>): void;
  /** `depth` is 0 for the items of a list that is in no other. */
  item(depth: number, text: string): void;
  /** `hasHeader` where the first row names the columns. */
  table(rows: readonly (readonly string[])[], hasHeader: boolean): void;
  /** The lines of one of many things of a kind, and its number, from 1. */
  record(row: number, lines: Iterable<string>): void;
  /** What is said in a recording from a second on. */
  speech(startSeconds: number, text: string): void;
  build(title?: string): Extracted;
}

/** Puts a document's text together. What is blank is left out. */
export function createStructureBuilder(): StructureBuilder {
  const parts: string[] = [];
  const marks: Mark[] = [];
  const tables: Table[] = [];
  let length = 0;
  let headings: readonly { readonly level: number; readonly text: string }[] = [];
  let row: number | undefined;
  let page: number | undefined;
  let isMarked = true;
  let firstHeading: string | undefined;
  let isItem = false;

  function append(text: string, separator: string): void {
    const lead = length === 0 ? "" : separator;
    length += lead.length + text.length;
    refuseTooLong(length);
    if (!isMarked) marks.push({ start: length - text.length, place: present() });
    isMarked = true;
    isItem = false;
    parts.push(lead, text);
  }

  function present(): Place {
    return {
      ...(page === undefined ? {} : { page }),
      ...(headings.length === 0 ? {} : { headings: headings.map(({ text }) => text) }),
      ...(row === undefined ? {} : { row }),
    };
  }

  return {
    page(number) {
      isMarked &&= number === page;
      page = number;
    },
    heading(level, heading) {
      const text = cleanLine(heading);
      if (text === "") return;
      headings = [...headings.filter((outer) => outer.level < level), { level, text }];
      isMarked = false;
      firstHeading ??= text;
      append(text, "\n\n");
    },
    paragraph(paragraph) {
      const text = cleanLines(paragraph);
      if (text !== "") append(text, "\n\n");
    },
    item(depth, item) {
      const text = cleanLines(item);
      if (text === "") return;
      append(`${"  ".repeat(Math.min(depth, 8))}- ${text}`, isItem ? "\n" : "\n\n");
      isItem = true;
    },
    table(rows, hasHeader) {
      const lines = rows.map((cells) => cells.map(cleanLine).join(" | "));
      const isBlank = (line: string) => /^[\s|]*$/.test(line);
      const header = hasHeader && !isBlank(lines[0] ?? "") ? (lines[0] ?? "") : "";
      let separator = "\n\n";
      let start: number | undefined;
      for (const [index, line] of lines.entries()) {
        if (isBlank(line)) continue;
        row = header === "" ? index + 1 : Math.max(index, 1);
        isMarked = false;
        append(line, separator);
        start ??= length - line.length;
        separator = "\n";
      }
      if (start !== undefined) tables.push({ start, end: length, header });
      row = undefined;
      isMarked = false;
    },
    lines(lines) {
      const text = cleanLines(joinBounded(lines));
      if (text !== "") append(text, "\n\n");
    },
    record(number, lines) {
      const text = cleanLines(joinBounded(lines));
      if (text === "") return;
      row = number;
      isMarked = false;
      append(text, "\n\n");
      tables.push({ start: length - text.length, end: length, header: "" });
      row = undefined;
      isMarked = false;
    },
    speech(startSeconds, speech) {
      const text = cleanLine(speech);
      if (text === "") return;
      append(text, "\n\n");
      marks.push({ start: length - text.length, place: { startSeconds } });
    },
    build: (title) => ({
      text: parts.join(""),
      title: cleanLine(title ?? "") || firstHeading,
      structure: { marks, tables },
    }),
  };
}

function refuseTooLong(characters: number): void {
  if (characters <= maxTextCharacters) return;
  throw new UnreadableDocumentError(
    `it has more than ${maxTextCharacters.toLocaleString("en")} characters of text. Split it.`,
  );
}

/** Joins lines, which together may come to far more than what they were made of, while they are few enough. */
function joinBounded(lines: Iterable<string>): string {
  const joined: string[] = [];
  let characters = 0;
  for (const line of lines) {
    characters += line.length;
    refuseTooLong(characters);
    joined.push(line);
  }
  return joined.join("\n");
}
