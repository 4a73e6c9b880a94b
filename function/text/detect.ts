/** An object's bytes, key and declared type → its content type. */
import { fileTypeFromBuffer } from "file-type";
import mime from "mime/lite";
import { looksLikeText } from "./decode.ts";

/** What clients send when they do not know the type: curl, the AWS CLI, the SDKs. */
const unspecificTypes = new Set([
  "application/octet-stream",
  "binary/octet-stream",
  "application/x-www-form-urlencoded",
]);

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
export async function detectContentType(
  bytes: Uint8Array,
  key: string,
  declaredType: string | undefined,
): Promise<string> {
  const signature = (await fileTypeFromBuffer(bytes))?.mime;
  const isText = looksLikeText(bytes);
  const declared = declaredType?.split(";", 1)[0]?.trim().toLowerCase();
  const isDeclared = declared !== undefined && declared !== "" && !unspecificTypes.has(declared);
  // A page about HTML that is written in Markdown may begin with a tag.
  if (isText && declared !== "text/markdown" && beginsLikeHtml(bytes)) return "text/html";
  if (signature !== undefined && (textualFormats.has(signature) || !isText)) return signature;
  if (isDeclared) return declared === "text/x-markdown" ? "text/markdown" : declared;
  return mime.getType(key) ?? "text/plain";
}

/** How far into an object HTML's tags are looked for. https://mimesniff.spec.whatwg.org/#resource-header */
const sniffedBytes = 1445;

/** True for `<!doctype html>` and `<html>`, behind XML's declaration and comments where there are some. */
function beginsLikeHtml(bytes: Uint8Array): boolean {
  const beginning = Buffer.from(bytes.subarray(0, sniffedBytes)).toString("latin1");
  const content = beginning
    .replace(/^(?:\u00ef\u00bb\u00bf|\s)*(?:<\?xml[^>]*>)?/i, "")
    .replaceAll(/<!--.*?-->/gs, "");
  return /^\s*<(?:!doctype html|html)[\s>]/i.test(content);
}
