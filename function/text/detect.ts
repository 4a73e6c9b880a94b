/** An object's bytes, key and declared type → its content type. */
import { fileTypeFromBuffer } from "file-type";
import mime from "mime/lite";
import { looksLikeText } from "./decode.ts";
import { formatOf } from "./formats.ts";

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

/** Extensions that no registry of content types has, or has for something else. */
const typesByExtension: Readonly<Record<string, string>> = {
  jsonl: "application/jsonl",
  ndjson: "application/x-ndjson",
};

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
  const said = isDeclared ? (otherNames[declared] ?? declared) : typeByExtension(key);
  return isText && neverBeginsLikeJson.has(formatOf(said) ?? "") && beginsLikeJson(bytes)
    ? "application/json"
    : said;
}

const otherNames: Readonly<Record<string, string>> = { "text/x-markdown": "text/markdown" };

/** Which an object or an array of JSON would make no sense in: it is the name that lies. */
const neverBeginsLikeJson: ReadonlySet<string> = new Set(["html", "csv", "tsv"]);

function beginsLikeJson(bytes: Uint8Array): boolean {
  return /^\s*(?:\{\s*"|\[\s*\{\s*")/.test(beginningOf(bytes));
}

function typeByExtension(key: string): string {
  const extension = /\.([^./]+)$/.exec(key)?.[1]?.toLowerCase() ?? "";
  return typesByExtension[extension] ?? mime.getType(key) ?? "text/plain";
}

/** How far into an object HTML's tags are looked for. https://mimesniff.spec.whatwg.org/#resource-header */
const sniffedBytes = 1445;

/** True for `<!doctype html>` and `<html>`, behind XML's declaration and comments where there are some. */
function beginsLikeHtml(bytes: Uint8Array): boolean {
  const content = beginningOf(bytes)
    .replace(/^\s*(?:<\?xml[^>]*>)?/i, "")
    .replaceAll(/<!--.*?-->/gs, "");
  return /^\s*<(?:!doctype html|html)[\s>]/i.test(content);
}

/** Its first bytes as characters, without UTF-8's byte order mark. */
function beginningOf(bytes: Uint8Array): string {
  const beginning = Buffer.from(bytes.subarray(0, sniffedBytes)).toString("latin1");
  return beginning.replace(/^\u00ef\u00bb\u00bf/, "");
}
