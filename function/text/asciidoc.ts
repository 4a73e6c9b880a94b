/** AsciiDoc → its text as written, marks and all, with its headings, of which that of the first level is the title. */
import { type Heading, readMarkedHeadings } from "./marked-headings.ts";
import type { Extracted } from "./structure.ts";

export function readAsciidoc(text: string): Extracted {
  const headings = [...asciidocHeadings(text)];
  return readMarkedHeadings(text, headings, headings.find(({ level }) => level === 1)?.text);
}

/** Comments, listings, literal and passed-through text, in which `==` is no heading. */
const verbatimFence = /^(\/{4,}|-{4,}|\.{4,}|\+{4,}|`{3,})$/;

/** https://docs.asciidoctor.org/asciidoc/latest/sections/titles-and-levels/ */
function* asciidocHeadings(text: string): Generator<Heading> {
  let fence: string | undefined;
  for (const { 0: line, index: start } of text.matchAll(/^.*$/gm)) {
    const content = line.trimEnd();
    const mark = verbatimFence.exec(content)?.[1];
    if (mark !== undefined && (fence === undefined || fence === mark)) {
      fence = fence === undefined ? mark : undefined;
    }
    const heading = fence === undefined ? /^(={1,6}|#{1,6})[ \t]+(\S.*)$/.exec(content) : null;
    if (heading?.[1] === undefined || heading[2] === undefined) continue;
    yield { start, level: heading[1].length, text: heading[2] };
  }
}
