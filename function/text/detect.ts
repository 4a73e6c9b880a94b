/** An object's bytes, key and declared type → its content type. */
import { fileTypeFromBuffer } from "file-type";
import { looksLikeText } from "./charset.ts";
import { formatOf } from "./formats.ts";
import { typeOfKey } from "./key-types.ts";
import { beginningOf, beginsLikeHtml, textSignature } from "./text-signature.ts";

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
]);

/** The content's own signature first, since it can't lie; then what was declared; then the extension. */
export async function detectContentType(
  bytes: Uint8Array,
  key: string,
  declaredType: string | undefined,
): Promise<string> {
  const signature = (await fileTypeFromBuffer(bytes))?.mime;
  const isText = looksLikeText(bytes);
  const beginning = beginningOf(bytes);
  if (!isText && signature !== undefined) return signature;
  const declared = declaredType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isDeclared = declared !== "" && !unspecificTypes.has(declared);
  // A page about HTML that is written in Markdown may begin with a tag.
  if (isText && declared !== "text/markdown" && beginsLikeHtml(beginning)) return "text/html";
  const said = isDeclared ? (otherNames[declared] ?? declared) : typeOfKey(key);
  if (!isText) return said;
  if (signature !== undefined && textualFormats.has(signature)) {
    // A feed or a picture is XML, too, and its type says more.
    return signature === "application/xml" && said.endsWith("xml") ? said : signature;
  }
  const own = textSignature(beginning, formatOf(said));
  if (own !== undefined) return own;
  if (!binaryTypes.test(said)) return said;
  const byKey = typeOfKey(key);
  return binaryTypes.test(byKey) ? "text/plain" : byKey;
}

const otherNames: Readonly<Record<string, string>> = { "text/x-markdown": "text/markdown" };

/** Which text is not, whatever was declared: the registries' `.ts` is a video. */
const binaryTypes = /^(?:audio|font|image|video)\/(?!.*xml$)|^application\/(?:x-)?gzip$/;
