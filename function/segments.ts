/** A text → pieces that fit a chunk: tables and sentences where they fit, else lines, words, parts of words. */
import { IndivisibleTextError } from "./errors.ts";
import type { Structure } from "./text/structure.ts";

/** A stretch of the text, in UTF-16 code units; pieces follow one another without a gap. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly tokens: number;
  readonly endsParagraph: boolean;
  /** A heading is what comes next, or nothing at all. */
  readonly endsSection: boolean;
  readonly isOfTable: boolean;
}

export type CountTokens = (text: string) => number;

// The root locale: the same text is cut in the same places on every machine.
const sentenceSegmenter = new Intl.Segmenter("und", { granularity: "sentence" });
const wordSegmenter = new Intl.Segmenter("und", { granularity: "word" });
const graphemeSegmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

/** From coarse to fine; each cuts a text into consecutive parts. */
const cuts: readonly ((text: string) => Iterable<string>)[] = [sentences, lines, words, halves];
/** A row is a line of its own, whatever its cells say. */
const tableLevel = 1;

/**
 * A longer text is cut further without being counted: no model's vocabulary has pieces so long on
 * average, and counting megabytes at once would take memory in proportion.
 */
export const maxCharactersPerToken = 32;

/**
 * Divides a text into consecutive pieces of at most `chunkTokens` tokens each. None reaches over the border of
 * a section or a table.
 * @throws {IndivisibleTextError} when a single grapheme has more tokens than that
 */
export function* dividePieces(
  text: string,
  chunkTokens: number,
  countTokens: CountTokens,
  structure: Structure,
): Generator<Piece> {
  for (const { start, end, isTable, hasHeading, endsSection } of stretches(text, structure)) {
    const isOfTable = isTable;
    let at = start;
    let last: Piece | undefined;
    for (const part of isTable
      ? [text.slice(start, end)]
      : paragraphs(text.slice(start, end), hasHeading)) {
      if (last !== undefined) yield { ...last, endsParagraph: true };
      last = undefined;
      for (const piece of isTable ? divideTable(part, at) : divide(part, at, 0)) {
        if (last !== undefined) yield last;
        last = { ...piece, isOfTable };
      }
      at += part.length;
    }
    if (last !== undefined) yield { ...last, endsParagraph: true, endsSection };
  }

  function* divideTable(table: string, start: number): Generator<Piece> {
    const tokens = countBounded(table);
    if (tokens <= chunkTokens) yield createPiece(start, start + table.length, tokens);
    else yield* divide(table, start, tableLevel);
  }

  function* divide(whole: string, wholeStart: number, level: number): Generator<Piece> {
    let at = wholeStart;
    for (const part of cuts[level]?.(whole) ?? []) {
      const end = at + part.length;
      const isFinest = level === cuts.length - 1;
      const isIndivisible = isFinest && part === whole;
      const tokens = isIndivisible ? countTokens(part) : countBounded(part);
      if (tokens <= chunkTokens) yield createPiece(at, end, tokens);
      else if (isIndivisible) throw new IndivisibleTextError(at, tokens, chunkTokens);
      else yield* divide(part, at, isFinest ? level : level + 1);
      at = end;
    }
  }

  function countBounded(part: string): number {
    const isCounted = part.length <= chunkTokens * maxCharactersPerToken;
    return isCounted ? countTokens(part) : Number.POSITIVE_INFINITY;
  }
}

function createPiece(start: number, end: number, tokens: number): Piece {
  return { start, end, tokens, endsParagraph: false, endsSection: false, isOfTable: false };
}

interface Stretch {
  readonly start: number;
  readonly end: number;
  readonly isTable: boolean;
  readonly hasHeading: boolean;
  readonly endsSection: boolean;
}

/** The text, cut where sections and tables begin and end. A heading that has no text of its own goes with the next. */
function stretches(text: string, { marks, tables }: Structure): Stretch[] {
  const sections = new Set<number>();
  let path = "";
  let heading: number | undefined;
  for (const { start, place } of marks) {
    const next = place.headings?.join("\n") ?? "";
    if (next === path) continue;
    const isAlone = heading !== undefined && !text.slice(heading, start).trim().includes("\n");
    if (!isAlone) sections.add(start);
    heading = next === "" ? undefined : start;
    path = next;
  }
  const tableStarts = new Set(tables.map(({ start }) => start));
  const borders = new Set([0, ...sections, text.length]);
  for (const { start, end } of tables) borders.add(start).add(end);
  const sorted = [...borders].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, index) => {
    const end = sorted[index + 1] ?? text.length;
    const endsSection = sections.has(end) || end === text.length;
    return {
      start,
      end,
      isTable: tableStarts.has(start),
      hasHeading: sections.has(start),
      endsSection,
    };
  });
}

/** Where the words of a text begin, as offsets in it. */
export function wordStarts(text: string): number[] {
  return [...wordSegmenter.segment(text)]
    .filter((word) => word.isWordLike)
    .map(({ index }) => index);
}

/** A paragraph keeps the blank lines behind it, and a heading the paragraph. */
function paragraphs(text: string, hasHeading: boolean): string[] {
  const [first = "", second = "", ...rest] = text.split(/(?=\S)(?<=\n[^\S\n]*\n\s*)/);
  if (second === "") return [first];
  return hasHeading && !first.trim().includes("\n")
    ? [first + second, ...rest]
    : [first, second, ...rest];
}

/** Where an item of a list begins, in Markdown and in plain text. */
const itemMark = /^[^\S\n]*(?:[-*+•‣–]|\d{1,3}[.)])[^\S\n]/;

/**
 * Unicode ends a sentence at every line break (UAX #29, rule SB4), hard-wrapped prose doesn't: a
 * sentence goes on until it ends with a terminator or an item of a list begins.
 */
function* sentences(paragraph: string): Generator<string> {
  let sentence = "";
  for (const { segment } of sentenceSegmenter.segment(paragraph)) {
    if (sentence.endsWith("\n") && itemMark.test(segment)) {
      yield sentence;
      sentence = "";
    }
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
