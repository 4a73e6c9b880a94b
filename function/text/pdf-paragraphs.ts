/** The lines of a PDF's pages → its headings and paragraphs. */
import type { PdfLine } from "./pdf-lines.ts";

export interface PdfParagraph {
  /** On which it begins, from 1. */
  readonly page: number;
  readonly text: string;
  /** Of a heading, 1 for the outermost. */
  readonly level: number | undefined;
}

/** Headings are so much larger than the text. */
const minHeadingRatio = 1.15;
const maxHeadingCharacters = 200;
const maxLevels = 4;

/** Programs give the size of one style in numbers that differ by rounding. */
const roundedSize = ({ size }: PdfLine) => Math.round(2 * size) / 2;

/** The sizes of headings, the largest first: those well above the size that most characters have. */
function findHeadingSizes(lines: readonly PdfLine[]): readonly number[] {
  const characters = new Map<number, number>();
  for (const line of lines) {
    const size = roundedSize(line);
    characters.set(size, (characters.get(size) ?? 0) + line.text.length);
  }
  const [[bodySize] = [0]] = [...characters].toSorted(([, a], [, b]) => b - a);
  return [...characters.keys()]
    .filter((size) => size >= minHeadingRatio * bodySize)
    .toSorted((a, b) => b - a)
    .slice(0, maxLevels);
}

/** Puts lines together that belong to one paragraph, also where a page ends in the middle of it. */
export function readParagraphs(pages: readonly (readonly PdfLine[])[]): PdfParagraph[] {
  const headingSizes = findHeadingSizes(pages.flat());
  const paragraphs: PdfParagraph[] = [];
  for (const [index, lines] of pages.entries()) {
    const [first, ...others] = readPage(lines, index + 1, headingSizes);
    const last = paragraphs.at(-1);
    if (first !== undefined && last !== undefined && isContinuedOnPage(last, first)) {
      paragraphs[paragraphs.length - 1] = { ...last, text: joinLines(last.text, first.text) };
    } else if (first !== undefined) paragraphs.push(first);
    paragraphs.push(...others);
  }
  return paragraphs;
}

/** Where no sentence ends and none begins. */
function isContinuedOnPage(last: PdfParagraph, first: PdfParagraph): boolean {
  const isText = last.level === undefined && first.level === undefined;
  return isText && /[\p{L},-]$/u.test(last.text) && /^\p{Ll}/u.test(first.text);
}

/** Puts lines together that follow one another at the distance of a paragraph's lines. */
function readPage(
  lines: readonly PdfLine[],
  page: number,
  headingSizes: readonly number[],
): PdfParagraph[] {
  const distance = usualDistance(lines);
  const paragraphs: PdfParagraph[] = [];
  let last: PdfLine | undefined;
  let text = "";
  const end = () => {
    if (last === undefined) return;
    const index = headingSizes.indexOf(roundedSize(last));
    const level = index === -1 || text.length > maxHeadingCharacters ? undefined : index + 1;
    paragraphs.push({ page, text, level });
  };
  for (const line of lines) {
    const isHeading = headingSizes.includes(roundedSize(line));
    const reach = isHeading ? 1.7 * line.size : 1.3 * Math.max(distance, line.size);
    if (last !== undefined && isContinued(last, line, reach)) text = joinLines(text, line.text);
    else {
      end();
      text = line.text;
    }
    last = line;
  }
  end();
  return paragraphs;
}

/** @param reach how far below the last line the next one may stand */
function isContinued(last: PdfLine, line: PdfLine, reach: number): boolean {
  const step = last.y - line.y;
  return (
    Math.abs(last.size - line.size) < 0.5 &&
    step > -0.5 &&
    step < reach &&
    !/^[•▪◦‣–-]\s|^\d+[.)]\s/u.test(line.text)
  );
}

/** From a line to the next one below it: what is most frequent. */
function usualDistance(lines: readonly PdfLine[]): number {
  const counts = new Map<number, number>();
  for (const [index, line] of lines.entries()) {
    const step = Math.round((lines[index - 1]?.y ?? line.y) - line.y);
    if (step > 0 && step < 3 * line.size) counts.set(step, (counts.get(step) ?? 0) + 1);
  }
  const [[distance] = [0]] = [...counts].toSorted(([a, m], [b, n]) => n - m || a - b);
  return distance;
}

const ideographs =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;

/** A word that was divided at the end of a line becomes one again. */
function joinLines(text: string, next: string): string {
  if (text.endsWith("\u00ad")) return text.slice(0, -1) + next;
  if (/\p{Ll}[-\u2010]$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next;
  // Chinese and Japanese have no spaces between words.
  const isSpaced = !(ideographs.test(text.slice(-1)) && ideographs.test(next.slice(0, 1)));
  return isSpaced ? `${text} ${next}` : text + next;
}
