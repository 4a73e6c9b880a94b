/** What an extractor threw → what is wrong with the document, as the rest of a sentence. */
import { reason } from "../errors.ts";
import { type Format, formats } from "./formats.ts";

/** Its own words where it has some; of a library's, that they are its. */
export function problemOf(error: unknown, format: Format): string {
  // Not by its class: in the function's zip each extractor is a file with classes of its own.
  if (error instanceof Error && "problem" in error) return String(error.problem);
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return "its parts are nested too deeply. Save it in a simpler form.";
  }
  const line = reason(error).split("\n", 1)[0]?.slice(0, 200) ?? "";
  return `it is damaged, or no ${formats[format].name} (${line}). Save it anew and upload it again.`;
}
