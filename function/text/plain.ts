/** Plain text → a document without a title or a structure. */
import { type Extracted, noStructure } from "./structure.ts";

export function readPlainText(text: string): Extracted {
  return { text, title: undefined, structure: noStructure };
}
