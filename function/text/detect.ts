/** An object's bytes, key and declared type → its content type. */
import { fileTypeFromBuffer } from "file-type";
import { looksLikeText } from "./charset.ts";
import { formatOf } from "./formats.ts";
import { typeOfKey } from "./key-types.ts";

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
  if (!isText && signature !== undefined) return signature;
  const declared = declaredType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const isDeclared = declared !== "" && !unspecificTypes.has(declared);
  // A page about HTML that is written in Markdown may begin with a tag.
  if (isText && declared !== "text/markdown" && beginsLikeHtml(bytes)) return "text/html";
  const said = isDeclared ? (otherNames[declared] ?? declared) : typeOfKey(key);
  if (!isText) return said;
  if (signature !== undefined && textualFormats.has(signature)) {
    // A feed or a picture is XML, too, and its type says more.
    return signature === "application/xml" && formatOf(said) === "xml" ? said : signature;
  }
  const own = textSignature(beginningOf(bytes), formatOf(said));
  if (own !== undefined) return own;
  if (!binaryTypes.test(said)) return said;
  const byKey = typeOfKey(key);
  return binaryTypes.test(byKey) ? "text/plain" : byKey;
}

const otherNames: Readonly<Record<string, string>> = { "text/x-markdown": "text/markdown" };

/** Which text is not, whatever was declared: the registries' `.ts` is a video. */
const binaryTypes = /^(?:audio|font|image|video)\/(?!.*xml$)|^application\/(?:x-)?gzip$/;

/** What a text is by how it begins, where its name says something that never begins so. */
function textSignature(beginning: string, said: string | undefined): string | undefined {
  if (/^\s*\d+\s*\r?\n\d\d:\d\d:\d\d,\d{3} --> /.test(beginning)) return "application/x-subrip";
  if (said === "plain" && isEmail(beginning)) return "message/rfc822";
  const isJson = /^\s*(?:\{\s*"|\[\s*\{\s*")/.test(beginning);
  return isJson && neverBeginsLikeJson.has(said ?? "") ? "application/json" : undefined;
}

/** A text that begins with headers alone, among them the sender and one that only programs write. */
function isEmail(beginning: string): boolean {
  const end = beginning.search(/\r?\n\r?\n/);
  const headers = beginning.slice(0, end === -1 ? beginning.lastIndexOf("\n") : end);
  return (
    headers.split(/\r?\n/).every((line) => /^(?:[\w-]+:|[ \t]+\S)/.test(line)) &&
    /^from:\s/im.test(headers) &&
    /^(?:received|return-path|message-id|mime-version):\s/im.test(headers)
  );
}

const neverBeginsLikeJson: ReadonlySet<string> = new Set([
  "html",
  "csv",
  "tsv",
  "xml",
  "subtitles",
]);

/** How far into an object HTML's tags are looked for. https://mimesniff.spec.whatwg.org/#resource-header */
const sniffedBytes = 1445;

/** True for `<!doctype html>` and `<html>`, behind XML's declaration and comments where there are some. */
function beginsLikeHtml(bytes: Uint8Array): boolean {
  const content = beginningOf(bytes)
    .replace(/^\s*(?:<\?xml[^>]*>)?/i, "")
    .replaceAll(/<!--.*?-->/gs, "");
  return /^\s*<(?:!doctype html|html)[\s>]/i.test(content);
}

/** Its first bytes as characters, without a byte order mark and the NULs of UTF-16. */
function beginningOf(bytes: Uint8Array): string {
  const beginning = Buffer.from(bytes.subarray(0, sniffedBytes)).toString("latin1");
  return beginning
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, "")
    .replaceAll("\0", "");
}
