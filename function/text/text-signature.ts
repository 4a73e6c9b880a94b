/** How a text begins → what it is, whatever its name says. */
import type { Format } from "./formats.ts";

/** How far into an object HTML's tags are looked for. https://mimesniff.spec.whatwg.org/#resource-header */
const sniffedBytes = 1445;

/** Its first bytes as characters, without a byte order mark and the NULs of UTF-16. */
export function beginningOf(bytes: Uint8Array): string {
  const beginning = Buffer.from(bytes.subarray(0, sniffedBytes)).toString("latin1");
  return beginning
    .replace(/^(?:\u00ef\u00bb\u00bf|\u00ff\u00fe|\u00fe\u00ff)/, "")
    .replaceAll("\0", "");
}

/** True for `<!doctype html>` and `<html>`, behind XML's declaration and comments where there are some. */
export function beginsLikeHtml(beginning: string): boolean {
  const content = beginning.replace(/^\s*(?:<\?xml[^>]*>)?/i, "").replaceAll(/<!--.*?-->/gs, "");
  return /^\s*<(?:!doctype html|html)[\s>]/i.test(content);
}

/**
 * Gives the content type of a text that has a signature, or that begins as nothing begins in the format that its name
 * says.
 */
export function textSignature(beginning: string, said: Format | undefined): string | undefined {
  if (/^WEBVTT(?:\s|$)/.test(beginning)) return "text/vtt";
  if (/^\s*\d+\s*\r?\n\d\d:\d\d:\d\d,\d{3} --> /.test(beginning)) return "application/x-subrip";
  if (said === "plain" && isEmail(beginning)) return "message/rfc822";
  const isJson = /^\s*(?:\{\s*"|\[\s*\{\s*")/.test(beginning);
  return isJson && said !== undefined && neverBeginsLikeJson.has(said)
    ? "application/json"
    : undefined;
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

const neverBeginsLikeJson: ReadonlySet<Format> = new Set([
  "html",
  "csv",
  "tsv",
  "xml",
  "email",
  "subtitles",
]);
