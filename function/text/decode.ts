/** Bytes → text: UTF-8, or UTF-16 where a byte order mark says so. The mark is no part of the text. */
import { isUtf8 } from "node:buffer";
import { BinaryContentError, InvalidEncodingError } from "../errors.ts";

/**
 * Decodes text without replacing anything.
 * @throws {InvalidEncodingError} where bytes are no valid text in the encoding
 * @throws {BinaryContentError} where there is a NUL, which text has no use for and Postgres cannot hold
 */
export function decodeText(bytes: Uint8Array): string {
  const encoding = encodingByMark(bytes);
  // Before decoding, since a binary is told apart better by its NUL than by a byte that is no UTF-8.
  if (encoding === "UTF-8") refuseNul(bytes.indexOf(0));
  const text = decode(bytes, encoding);
  if (encoding !== "UTF-8") refuseNul(2 * `\ufeff${text}`.indexOf("\0"));
  return text;
}

/** True for content that begins with UTF-16's mark or is UTF-8 without a NUL. */
export function looksLikeText(bytes: Uint8Array): boolean {
  return encodingByMark(bytes) !== "UTF-8" || (isUtf8(bytes) && !bytes.includes(0));
}

type Encoding = "UTF-8" | "UTF-16LE" | "UTF-16BE";

function encodingByMark([first, second]: Uint8Array): Encoding {
  if (first === 0xff && second === 0xfe) return "UTF-16LE";
  if (first === 0xfe && second === 0xff) return "UTF-16BE";
  return "UTF-8";
}

function refuseNul(byteOffset: number): void {
  if (byteOffset >= 0) throw new BinaryContentError(byteOffset);
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new InvalidEncodingError(
      encoding,
      encoding === "UTF-8" ? firstInvalidByte(bytes) : undefined,
    );
  }
}

/** Where the first replacement character stands that was not in the bytes already. */
function firstInvalidByte(bytes: Uint8Array): number | undefined {
  const text = new TextDecoder("UTF-8", { ignoreBOM: true }).decode(bytes);
  const genuine = [0xef, 0xbf, 0xbd];
  let byteOffset = 0;
  let from = 0;
  for (const { index } of text.matchAll(/\ufffd/g)) {
    byteOffset += Buffer.byteLength(text.slice(from, index));
    if (genuine.some((byte, i) => bytes[byteOffset + i] !== byte)) return byteOffset;
    byteOffset += genuine.length;
    from = index + 1;
  }
  return undefined;
}
