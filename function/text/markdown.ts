/** Markdown → its text as written, marks and all, with its headings, of which the first is the title. */
import { type Heading, readMarkedHeadings } from "./marked-headings.ts";
import type { Extracted } from "./structure.ts";

export function readMarkdown(text: string): Extracted {
  const headings = [...markdownHeadings(text)];
  // The title is a heading of the first level, wherever it stands.
  return readMarkedHeadings(text, headings, headings.find(({ level }) => level === 1)?.text);
}

/** The `# Headings` outside of fenced code, in which `#` begins a comment. */
function* markdownHeadings(text: string): Generator<Heading> {
  let fence: string | undefined;
  for (const { 0: line, index: start } of text.matchAll(/^.*$/gm)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
    const heading =
      fence === undefined ? /^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t\r]*$/.exec(line) : null;
    if (heading?.[1] === undefined || heading[2] === undefined) continue;
    yield { start, level: heading[1].length, text: heading[2] };
  }
}
