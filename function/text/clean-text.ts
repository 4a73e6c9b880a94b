/** What a library read of a document → text that reads well and that Postgres can hold. */

/** What most texts have nothing of: controls, spaces but the common one, halves of pairs, what is not seen. */
const unclean =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\0-\x1f\x7f-\xa0\xad\u1680\u2000-\u200b\u2028-\u202f\u205f\u3000\ud800-\udfff\ufeff]| {2}/;

/** A text as one line without what Postgres cannot hold (NUL, half a surrogate pair) and no reader sees. */
export function cleanLine(text: string): string {
  const lines = cleanLines(text);
  return lines.includes("\n") ? lines.replaceAll(/\s*\n\s*/g, " ") : lines;
}

/** The same, with its line breaks. */
export function cleanLines(text: string): string {
  if (!unclean.test(text)) return text.trim();
  return text
    .toWellFormed()
    .replaceAll(/\r\n?|[\u2028\u2029]/g, "\n")
    .replaceAll(/[^\P{Cc}\n\t]|[\u00ad\ufeff\u200b]/gu, "")
    .replaceAll(/[^\S\n]+/g, " ")
    .replaceAll(/ ?\n ?/g, "\n")
    .trim();
}
