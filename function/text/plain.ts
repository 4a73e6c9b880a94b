/** Plain text → a document without a title. */
import { decodeText } from "./decode.ts";
import type { Extractor } from "./extract.ts";

export const readPlainText: Extractor = (bytes) => ({ text: decodeText(bytes), title: undefined });
