/** An object's bytes → the document in it: its text, its content type and, where it has one, its title. */
import { fileTypeFromBuffer } from "file-type";
import mime from "mime/lite";
import { EmptyDocumentError, UnsupportedTypeError } from "../errors.ts";
import { looksLikeText } from "./decode.ts";
import { readMarkdown } from "./markdown.ts";
import { readPlainText } from "./plain.ts";

export interface Document {
  readonly text: string;
  readonly contentType: string;
  readonly title: string | undefined;
}

/** What one kind of content becomes; throws one of the permanent errors when it is not that kind. */
export type Extractor = (bytes: Uint8Array) => Pick<Document, "text" | "title">;

/** The kinds of content that can be embedded. A further one is a line here. */
const extractors: ReadonlyMap<string, Extractor> = new Map([
  ["text/plain", readPlainText],
  ["text/markdown", readMarkdown],
]);

/** What clients send when they do not know the type: curl, the AWS CLI, the SDKs. */
const unspecificTypes = new Set([
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-www-form-urlencoded",
]);

/**
 * Extracts the document.
 * @param bytes the object's content
 * @param key its key, for the extension
 * @param declaredType the content type that it was uploaded with
 * @throws {UnsupportedTypeError} for a type without an extractor
 * @throws {EmptyDocumentError} when there is nothing but white space
 */
export async function extractDocument(
  bytes: Uint8Array,
  key: string,
  declaredType: string | undefined,
): Promise<Document> {
  const contentType = await detectContentType(bytes, key, declaredType);
  const extract = extractors.get(contentType);
  if (extract === undefined) throw new UnsupportedTypeError(contentType, [...extractors.keys()]);
  const { text, title } = extract(bytes);
  if (text.trim() === "") throw new EmptyDocumentError();
  return { text, contentType, title };
}

/**
 * Formats that may be valid text all through, so that their signature counts even there. Others' do not:
 * a text that begins with "BMW" is no bitmap, and one in UTF-16 begins like an MP3.
 */
const textualFormats = new Set([
  "application/eps",
  "application/pdf",
  "application/postscript",
  "application/rtf",
  "application/xml",
  "text/calendar",
  "text/vcard",
  "text/vtt",
]);

/** The content's own signature first, since it can't lie; then what was declared; then the extension. */
async function detectContentType(
  bytes: Uint8Array,
  key: string,
  declaredType: string | undefined,
): Promise<string> {
  const signature = (await fileTypeFromBuffer(bytes))?.mime;
  if (signature !== undefined && (textualFormats.has(signature) || !looksLikeText(bytes))) {
    return signature;
  }
  const declared = declaredType?.split(";", 1)[0]?.trim().toLowerCase();
  if (declared !== undefined && declared !== "" && !unspecificTypes.has(declared)) {
    return declared === "text/x-markdown" ? "text/markdown" : declared;
  }
  return mime.getType(key) ?? "text/plain";
}
