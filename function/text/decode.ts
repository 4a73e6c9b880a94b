/** Bytes → text, in whichever character set. A byte order mark is no part of the text. */
import { isAscii, isUtf8 } from "node:buffer";
import { BinaryContentError, InvalidEncodingError } from "../errors.ts";
import {
  charsetByMark,
  charsetInMarkup,
  charsetOfPairs,
  charsetOfType,
  looksLikeText,
} from "./charset.ts";

export interface DecodedText {
  readonly text: string;
  /** By its name in the Encoding Standard; left out for UTF-8. */
  readonly charset?: string;
  /** How many � stand for bytes that are not valid in the set; left out where there are none. */
  readonly replacedCharacters?: number;
}

/**
 * Decodes text in the set that a byte order mark names; else in UTF-8, where it is that beyond doubt; else in the one
 * that the content type names, then the document itself; else in the one that it looks like.
 * Characters that are damaged are replaced, as long as more beyond ASCII are whole.
 * @throws {InvalidEncodingError} where that does not give a text
 * @throws {BinaryContentError} where there is a NUL, which text has no use for and Postgres cannot hold
 */
export async function decodeText(bytes: Uint8Array, declaredType?: string): Promise<DecodedText> {
  const declared = charsetOfType(declaredType);
  const pairs = charsetByMark(bytes) ?? declaredPairs(bytes, declared) ?? charsetOfPairs(bytes);
  if (pairs !== undefined && pairs !== "utf-8") {
    const decoded = decode(bytes, pairs);
    if (decoded === undefined) throw new InvalidEncodingError(pairs.toUpperCase());
    refuseNul(2 * `\ufeff${decoded.text}`.indexOf("\0"));
    return decoded;
  }
  // Before decoding, since a binary is told apart better by its NUL than by a byte that is no UTF-8.
  refuseNul(bytes.indexOf(0));
  // Text in another set is not valid UTF-8 by chance, while what is said of it is often a program's default.
  if (pairs === "utf-8" || (isUtf8(bytes) && !isAscii(bytes))) {
    const decoded = decode(bytes, "utf-8");
    if (decoded !== undefined) return decoded;
  }
  for (const charset of [declared, charsetInMarkup(bytes), "utf-8"]) {
    if (charset === undefined || isUtf16(charset)) continue;
    const decoded = decode(bytes, charset);
    if (decoded !== undefined) return decoded;
  }
  const guessed = looksLikeText(bytes) ? await guess(bytes) : undefined;
  if (guessed === undefined) throw new InvalidEncodingError("UTF-8", firstInvalidByte(bytes));
  return guessed;
}

const isUtf16 = (charset: string) => /^utf-?16/i.test(charset);

/** UTF-16 where it is declared, unless it is plainly something else. */
function declaredPairs(bytes: Uint8Array, declared: string | undefined): string | undefined {
  if (declared === undefined || !isUtf16(declared)) return undefined;
  return isUtf8(bytes) && !bytes.includes(0) ? undefined : declared;
}

async function guess(bytes: Uint8Array): Promise<DecodedText | undefined> {
  const { guessCharsets } = await import("./guess-charset.ts");
  for (const charset of guessCharsets(bytes)) {
    const decoded = decode(bytes, charset);
    if (decoded !== undefined && !/[\u0080-\u009f]/.test(decoded.text)) return decoded;
  }
  return undefined;
}

function refuseNul(byteOffset: number): void {
  if (byteOffset >= 0) throw new BinaryContentError(byteOffset);
}

/** Nothing for a set that is not known, and for bytes of which more beyond ASCII are broken than whole. */
function decode(bytes: Uint8Array, charset: string): DecodedText | undefined {
  const decoder = createDecoder(charset);
  if (decoder === undefined) return undefined;
  const named = decoder.encoding === "utf-8" ? {} : { charset: decoder.encoding };
  try {
    return { text: createDecoder(charset, true)?.decode(bytes) ?? "", ...named };
  } catch {
    const text = decoder.decode(bytes);
    const genuine = decoder.encoding === "utf-8" ? countGenuine(bytes) : 0;
    const replacedCharacters = countCharacters(text, (code) => code === 0xfffd) - genuine;
    const whole = countCharacters(text, (code) => code > 0x7f) - replacedCharacters;
    return replacedCharacters > whole ? undefined : { text, ...named, replacedCharacters };
  }
}

function createDecoder(charset: string, fatal = false) {
  try {
    return new TextDecoder(charset, { fatal });
  } catch {
    return undefined;
  }
}

function countCharacters(text: string, isCounted: (code: number) => boolean): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) if (isCounted(text.charCodeAt(at))) count += 1;
  return count;
}

/** The replacement character's own bytes in UTF-8. */
const replacement = Buffer.from("\ufffd");

function countGenuine(bytes: Uint8Array): number {
  const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let count = 0;
  for (let at = content.indexOf(replacement); at >= 0; at = content.indexOf(replacement, at + 3))
    count += 1;
  return count;
}

/** Where the first replacement character stands that was not in the bytes already. */
function firstInvalidByte(bytes: Uint8Array): number | undefined {
  const text = new TextDecoder("UTF-8", { ignoreBOM: true }).decode(bytes);
  let byteOffset = 0;
  let from = 0;
  for (const { index } of text.matchAll(/\ufffd/g)) {
    byteOffset += Buffer.byteLength(text.slice(from, index));
    if (replacement.some((byte, i) => bytes[byteOffset + i] !== byte)) return byteOffset;
    byteOffset += replacement.length;
    from = index + 1;
  }
  return undefined;
}
