/** A text whose headings are marked in it, as Markdown's and AsciiDoc's are → the same text with its structure. */
import type { Extracted, Mark } from "./structure.ts";

/** A heading and where its line begins. `level` is 1 for the outermost. */
export interface Heading {
  readonly start: number;
  readonly level: number;
  readonly text: string;
}

/** Gives the text as it is, and from each heading on the path to it. */
export function readMarkedHeadings(
  text: string,
  headings: readonly Heading[],
  title: string | undefined,
): Extracted {
  const marks: Mark[] = [];
  let path: readonly Heading[] = [];
  for (const heading of headings) {
    path = [...path.filter(({ level }) => level < heading.level), heading];
    marks.push({ start: heading.start, place: { headings: path.map(({ text }) => text) } });
  }
  return { text, title, structure: { marks, tables: [] } };
}
