/** Markdown → its text as written, marks and all, with the first heading as the title. */
import { decodeText } from "./decode.ts";
import type { Extractor } from "./extract.ts";

export const readMarkdown: Extractor = (bytes) => {
  const text = decodeText(bytes);
  return { text, title: firstHeading(text) };
};

/** The first `# Heading` outside of fenced code, in which `#` begins a comment. */
function firstHeading(text: string): string | undefined {
  let fence: string | undefined;
  for (const [line] of text.matchAll(/^.*$/gm)) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (mark !== undefined && fence !== undefined && mark.startsWith(fence)) fence = undefined;
    const heading = fence === undefined ? /^ {0,3}#[ \t]+(.+?)[ \t]*#*[ \t\r]*$/.exec(line) : null;
    if (heading?.[1] !== undefined) return heading[1];
  }
  return undefined;
}
