/** A text → pieces that fit a chunk: sentences where they fit, else lines, words, parts of words. */
import { IndivisibleTextError } from "./errors.ts";

/** A stretch of the text, in UTF-16 code units; pieces follow one another without a gap. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly endsParagraph: boolean;
}

export type CountTokens = (text: string) => number;

// The root locale: the same text is cut in the same places on every machine.
const sentenceSegmenter = new Intl.Segmenter("und", { granularity: "sentence" });
const wordSegmenter = new Intl.Segmenter("und", { granularity: "word" });
const graphemeSegmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** From coarse to fine; each cuts a text into consecutive parts. */
const cuts: readonly ((text: string) => Iterable<string>)[] = [sentences, lines, words, halves];

/**
 * A longer text is cut further without being counted: no model's vocabulary has pieces so long on
 * average, and counting megabytes at once would take memory in proportion.
 */
export const maxCharactersPerToken = 32;

/**
 * Divides a text into consecutive pieces of at most `chunkTokens` tokens each.
 * @throws {IndivisibleTextError} when a single grapheme has more tokens than that
 */
export function* dividePieces(
  text: string,
  chunkTokens: number,
  countTokens: CountTokens,
): Generator<Piece> {
  let start = 0;
  for (const paragraph of paragraphs(text)) {
    let last: Piece | undefined;
    for (const piece of divide(paragraph, start, 0)) {
      if (last !== undefined) yield last;
      last = piece;
    }
    if (last !== undefined) yield { ...last, endsParagraph: true };
    start += paragraph.length;
  }

  function* divide(whole: string, wholeStart: number, level: number): Generator<Piece> {
    let at = wholeStart;
    for (const part of cuts[level]?.(whole) ?? []) {
      const end = at + part.length;
      const isFinest = level === cuts.length - 1;
      const isIndivisible = isFinest && part === whole;
      const tokens =
        isIndivisible || part.length <= chunkTokens * maxCharactersPerToken
          ? countTokens(part)
          : Number.POSITIVE_INFINITY;
      if (tokens <= chunkTokens) yield { start: at, end, tokens, endsParagraph: false };
      else if (isIndivisible) throw new IndivisibleTextError(at, tokens, chunkTokens);
      else yield* divide(part, at, isFinest ? level : level + 1);
      at = end;
    }
  }
}

/** Where the words of a text begin, as offsets in it. */
export function wordStarts(text: string): number[] {
  return [...wordSegmenter.segment(text)]
    .filter((word) => word.isWordLike)
    .map(({ index }) => index);
}

/** A paragraph keeps the blank lines behind it. */
function paragraphs(text: string): string[] {
  return text.split(/(?=\S)(?<=\n[^\S\n]*\n\s*)/);
}

/**
 * Unicode ends a sentence at every line break (UAX #29, rule SB4), hard-wrapped prose doesn't: a
 * sentence goes on until it ends with a terminator.
 */
function* sentences(paragraph: string): Generator<string> {
  let sentence = "";
  for (const { segment } of sentenceSegmenter.segment(paragraph)) {
    sentence += segment;
    if (!/\p{Sentence_Terminal}[\p{Pe}\p{Pf}"']*\s*$/u.test(segment)) continue;
    yield sentence;
    sentence = "";
  }
  if (sentence !== "") yield sentence;
}

function lines(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function* words(text: string): Generator<string> {
  for (const { segment } of wordSegmenter.segment(text)) yield segment;
}

/** Two parts, cut at the grapheme border nearest before the middle; one part if it is one grapheme. */
function halves(text: string): string[] {
  const middle = graphemeSegmenter.segment(text).containing(text.length >> 1);
  const border = middle?.index || middle?.segment.length || text.length;
  return border < text.length ? [text.slice(0, border), text.slice(border)] : [text];
}
