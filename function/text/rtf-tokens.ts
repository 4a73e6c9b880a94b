/**
 * RTF → its tokens: groups, control words and text. Rich Text Format 1.9.1:
 * https://interoperability.blob.core.windows.net/files/Archive_References/[MSFT-RTF].pdf
 */
import { UnreadableDocumentError } from "../errors.ts";

export type RtfToken =
  | { readonly kind: "open" }
  | { readonly kind: "close" }
  /** A control word, as `\par`, or a control symbol, as `\~`, without the backslash. */
  | { readonly kind: "control"; readonly word: string; readonly value: number | undefined }
  /** Bytes of text, a character each; in which set they are is said elsewhere. */
  | { readonly kind: "text"; readonly bytes: string };

/** Lines end where a program found it handy. Letters and digits are as many as the format allows. */
const pattern =
  /([{}])|\\(?:([a-z]{1,32})(-?\d{1,10})? ?|'([\da-f]{2})|([\s\S]))|([^{}\\\r\n]+)|[\r\n]+/iy;

/**
 * Gives the tokens, without what `\bin` holds.
 * @param rtf a character a byte
 * @throws {UnreadableDocumentError} where `\bin` says that it holds more than is left
 */
export function* rtfTokens(rtf: string): Generator<RtfToken> {
  for (let at = 0; at < rtf.length; ) {
    pattern.lastIndex = at;
    const match = pattern.exec(rtf);
    if (match === null) return;
    at = pattern.lastIndex;
    const [, brace, word, digits, hexadecimal, symbol, bytes] = match;
    const value = digits === undefined ? undefined : Number(digits);
    if (bytes !== undefined) yield { kind: "text", bytes };
    else if (brace !== undefined) yield { kind: brace === "{" ? "open" : "close" };
    else if (hexadecimal !== undefined) {
      yield { kind: "text", bytes: String.fromCharCode(Number.parseInt(hexadecimal, 16)) };
    } else if (word === "bin") at = endOfBinary(rtf, at, value ?? 0);
    else if (word !== undefined) yield { kind: "control", word, value };
    else if (symbol !== undefined) yield { kind: "control", word: symbol, value: undefined };
  }
}

function endOfBinary(rtf: string, at: number, bytes: number): number {
  if (at + bytes <= rtf.length) return at + Math.max(0, bytes);
  throw new UnreadableDocumentError(
    `it says that ${bytes.toLocaleString("en")} bytes of a picture or an object follow, and ends before. ` +
      "Save it anew and upload it again.",
  );
}
