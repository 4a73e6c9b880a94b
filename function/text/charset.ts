/** An object's bytes and declared type → the character sets that something says they are in. */
import { isUtf8 } from "node:buffer";

/** The one of a byte order mark, if there is one. */
export function charsetByMark(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  return first === 0xef && second === 0xbb && third === 0xbf ? "utf-8" : undefined;
}

/** The one that a content type names, as `text/plain; charset=windows-1252`. */
export function charsetOfType(declaredType = ""): string | undefined {
  return /;\s*charset\s*=\s*"?([\w:.-]+)/i.exec(declaredType)?.[1];
}

/** How far into a document its own word is looked for. https://html.spec.whatwg.org/#determining-the-character-encoding */
const searchedBytes = 1024;

/** The one that a page's `<meta>` or an XML declaration names. */
export function charsetInMarkup(bytes: Uint8Array): string | undefined {
  const beginning = Buffer.from(bytes.subarray(0, searchedBytes)).toString("latin1");
  if (!/^\s*</.test(beginning)) return undefined;
  const named =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w:.-]+)/.exec(beginning) ??
    /<meta\s[^>]*charset\s*=\s*["']?\s*([\w:.-]+)/i.exec(beginning);
  return named?.[1];
}

/** Fewer bytes than these say nothing about what they mean. */
const minUtf16Bytes = 16;

/**
 * UTF-16 without a mark: NULs that all stand on one side of the pairs, nothing but assigned characters, and either
 * few different bytes on that side, as alphabets have, or many bytes beyond ASCII, as Chinese has. ASCII with a NUL
 * in it has neither.
 */
export function charsetOfPairs(bytes: Uint8Array): string | undefined {
  if (bytes.length < minUtf16Bytes || bytes.length % 2 === 1 || !bytes.includes(0))
    return undefined;
  const counts = [new Uint32Array(256), new Uint32Array(256)] as const;
  for (let index = 0; index < bytes.length; index += 1) {
    const side = counts[index % 2 === 0 ? 0 : 1];
    const byte = bytes[index] ?? 0;
    side[byte] = (side[byte] ?? 0) + 1;
  }
  const [even, odd] = counts;
  if (even[0] !== 0 && odd[0] !== 0) return undefined;
  const side = odd[0] === 0 ? even : odd;
  const charset = odd[0] === 0 ? "utf-16be" : "utf-16le";
  const units = bytes.length / 2;
  const commonest = side.subarray(1).reduce((most, count) => Math.max(most, count), 0);
  const isOfAlphabet = (side[0] ?? 0) + commonest >= 0.7 * units;
  const beyondAscii = [...even.subarray(128), ...odd.subarray(128)].reduce((sum, n) => sum + n, 0);
  if (!isOfAlphabet && beyondAscii < units / 2) return undefined;
  return isAssigned(bytes, charset) ? charset : undefined;
}

function isAssigned(bytes: Uint8Array, charset: string): boolean {
  try {
    const text = new TextDecoder(charset, { fatal: true }).decode(bytes);
    return !/[\p{Cn}\p{Co}]|[^\P{Cc}\s]/u.test(text);
  } catch {
    return false;
  }
}

/**
 * True for what may be text in some character set: UTF-8 without a NUL, UTF-16, or anything without control
 * characters, which the beginning of every binary format has.
 */
export function looksLikeText(bytes: Uint8Array): boolean {
  const mark = charsetByMark(bytes);
  if (mark?.startsWith("utf-16") || (isUtf8(bytes) && !bytes.includes(0))) return true;
  return !hasControls(bytes) || charsetOfPairs(bytes) !== undefined;
}

/** Control characters that no text has: not tabulators, line and page breaks, nor ISO-2022's escape. */
function hasControls(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b);
}
