/** An object's bytes → the document in it: its text with its structure, its content type and its title. */
import { EmptyDocumentError, UnsupportedTypeError } from "../errors.ts";
import { readAsciidoc } from "./asciidoc.ts";
import { type DecodedText, decodeText } from "./decode.ts";
import { detectContentType } from "./detect.ts";
import { extractInThread } from "./extraction-thread.ts";
import { type BinaryFormat, type Format, formatNames, formatOf, isBinary } from "./formats.ts";
import { gunzipObject, inflatedKey } from "./gunzip.ts";
import { readMarkdown } from "./markdown.ts";
import { readPlainText } from "./plain.ts";
import { readSourceCode } from "./source-code.ts";
import type { Extracted } from "./structure.ts";

export interface Document extends Extracted, Omit<DecodedText, "text"> {
  readonly contentType: string;
}

/**
 * Extracts the document, also of an object that gzip has compressed.
 * @param bytes the object's content
 * @param key its key, for the extension
 * @param declaredType the content type that it was uploaded with
 * @throws {UnsupportedTypeError} for a type without an extractor
 * @throws {UnreadableDocumentError} for a document that is damaged or too much to read
 * @throws {InvalidEncodingError} and {BinaryContentError} for bytes that are no text
 * @throws {EmptyDocumentError} when there is nothing but white space
 */
export async function extractDocument(
  bytes: Uint8Array,
  key: string,
  declaredType: string | undefined,
): Promise<Document> {
  const contentType = await detectContentType(bytes, key, declaredType);
  const document =
    contentType === "application/gzip"
      ? await extractInflated(await gunzipObject(bytes), key, declaredType)
      : await extract(bytes, contentType, declaredType);
  if (document.text.trim() === "") throw new EmptyDocumentError();
  return document;
}

async function extractInflated(
  bytes: Uint8Array,
  key: string,
  declaredType: string | undefined,
): Promise<Document> {
  // What was declared is either that it is compressed, or what it is when it is not.
  const isDeclared = declaredType !== undefined && !/^application\/(x-)?gzip\b/.test(declaredType);
  const type = isDeclared ? declaredType : undefined;
  const contentType = await detectContentType(bytes, inflatedKey(key), type);
  return extract(bytes, contentType, type);
}

async function extract(
  bytes: Uint8Array,
  contentType: string,
  declaredType: string | undefined,
): Promise<Document> {
  const format = formatOf(contentType);
  if (format === undefined) throw new UnsupportedTypeError(contentType, formatNames);
  if (isBinary(format)) return { ...(await extractInThread({ format, bytes })), contentType };
  const { text, ...decoding } = await decodeText(bytes, declaredType);
  return { ...(await readText(format, text)), ...decoding, contentType };
}

async function readText(format: Exclude<Format, BinaryFormat>, text: string): Promise<Extracted> {
  // Text that is taken as it is needs neither a library nor a limit.
  if (format === "plain") return readPlainText(text);
  if (format === "markdown") return readMarkdown(text);
  if (format === "asciidoc") return readAsciidoc(text);
  if (format === "code") return readSourceCode(text);
  return extractInThread({ format, text });
}
