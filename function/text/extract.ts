/** An object's bytes → the document in it: its text with its structure, its content type and its title. */
import { EmptyDocumentError, UnsupportedTypeError } from "../errors.ts";
import { decodeText } from "./decode.ts";
import { detectContentType } from "./detect.ts";
import { extractInThread } from "./extraction-thread.ts";
import { formatNames, formatOf } from "./formats.ts";
import { readMarkdown } from "./markdown.ts";
import { readPlainText } from "./plain.ts";
import type { Extracted } from "./structure.ts";

export interface Document extends Extracted {
  readonly contentType: string;
}

/**
 * Extracts the document.
 * @param bytes the object's content
 * @param key its key, for the extension
 * @param declaredType the content type that it was uploaded with
 * @throws {UnsupportedTypeError} for a type without an extractor
 * @throws {UnreadableDocumentError} for a document that is damaged or too much to read
 * @throws {EmptyDocumentError} when there is nothing but white space
 */
export async function extractDocument(
  bytes: Uint8Array,
  key: string,
  declaredType: string | undefined,
): Promise<Document> {
  const contentType = await detectContentType(bytes, key, declaredType);
  const extracted = await extract(bytes, contentType);
  if (extracted.text.trim() === "") throw new EmptyDocumentError();
  return { ...extracted, contentType };
}

async function extract(bytes: Uint8Array, contentType: string): Promise<Extracted> {
  const format = formatOf(contentType);
  if (format === undefined) throw new UnsupportedTypeError(contentType, formatNames);
  const text = decodeText(bytes);
  // Text that is taken as it is needs neither a library nor a limit.
  if (format === "plain") return readPlainText(text);
  if (format === "markdown") return readMarkdown(text);
  return extractInThread({ format, text });
}
