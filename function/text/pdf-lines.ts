/** The pieces of text of a PDF's page, in the order in which they are drawn → its lines, with place and size. */

/** What is used of a piece. */
export interface PdfPiece {
  readonly str: string;
  /** The last two are the place of its beginning, from the page's lower left corner. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly hasEOL: boolean;
}

/** In points. */
export interface PdfLine {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  /** Of the largest letters in it. */
  readonly size: number;
}

/** Pieces farther apart than this share of their size have a space between them that is not drawn. */
const minGap = 0.2;

/** Puts pieces together that stand on one line, one behind the other. */
export function readLines(pieces: readonly PdfPiece[]): PdfLine[] {
  const lines: PdfLine[] = [];
  let line: { text: string; x: number; y: number; size: number; end: number } | undefined;
  const end = () => {
    if (line !== undefined && line.text.trim() !== "") {
      const { text, x, y, size } = line;
      lines.push({ text: text.trim(), x, y, size });
    }
    line = undefined;
  };
  for (const { str, transform, width, height, hasEOL } of pieces) {
    const [x, y] = [transform[4] ?? 0, transform[5] ?? 0];
    if (
      line !== undefined &&
      str.trim() !== "" &&
      Math.abs(y - line.y) > Math.max(height, line.size) / 2
    ) {
      end();
    }
    if (line === undefined) line = { text: str, x, y, size: height, end: x + width };
    else {
      const isApart = x - line.end > minGap * Math.max(height, line.size);
      line.text += isApart && !/\s$/.test(line.text) && !/^\s/.test(str) ? ` ${str}` : str;
      line.size = Math.max(line.size, height);
      line.end = x + width;
    }
    if (hasEOL) end();
  }
  end();
  return lines;
}

/** Of the height of what is printed, at either end. */
const edgeShare = 0.1;

/** A page's number, and what else changes from page to page in a line that is on all of them. */
const numbers = /\d+/g;

/** Leaves out what stands at the top or at the bottom of more than half of the pages. */
export function withoutRunningLines(pages: readonly (readonly PdfLine[])[]): PdfLine[][] {
  const keyOf = ({ text, y }: PdfLine) => `${Math.round(y)} ${text.replaceAll(numbers, "#")}`;
  const heights = pages.flat().map(({ y }) => y);
  const bottom = heights.reduce((least, y) => Math.min(least, y), Number.POSITIVE_INFINITY);
  const top = heights.reduce((most, y) => Math.max(most, y), 0);
  const margin = edgeShare * (top - bottom);
  const counts = new Map<string, number>();
  for (const lines of pages) {
    const edges = lines.filter(({ y }) => y < bottom + margin || y > top - margin);
    for (const key of new Set(edges.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isRunning = (line: PdfLine) => (counts.get(keyOf(line)) ?? 0) > pages.length / 2;
  return pages.map((lines) =>
    pages.length < 2 ? [...lines] : lines.filter((line) => !isRunning(line)),
  );
}
