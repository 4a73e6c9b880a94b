/** A snippet as the database marks it → its parts. */

export interface SnippetPart {
  readonly text: string;
  /** Whether it is one of the question's words. */
  readonly isMarked: boolean;
}

const characters: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
};

/** @param snippet escaped HTML with no other tag than `<mark>`; any other stays text */
export function parseSnippet(snippet: string): readonly SnippetPart[] {
  return snippet
    .split(/(<mark>.*?<\/mark>)/s)
    .filter((part) => part !== "")
    .map((part) => {
      const marked = /^<mark>(.*)<\/mark>$/s.exec(part)?.[1];
      const escaped = marked ?? part;
      const text = escaped.replaceAll(/&(amp|lt|gt);/g, (name) => characters[name] ?? "");
      return { text, isMarked: marked !== undefined };
    });
}
