/** A document's text → its chunks: each with the identity of its content and its tokens counted. */
import { createHash } from "node:crypto";
import {
  type CountTokens,
  dividePieces,
  maxCharactersPerToken,
  type Piece,
  wordStarts,
} from "./segments.ts";
import type { Place, Structure, Table } from "./text/structure.ts";

export interface Chunk {
  /** SHA-256 of the content's UTF-8 bytes, in hex: for a document of one chunk, of the whole object. */
  readonly id: string;
  readonly content: string;
  readonly tokens: number;
  /** Where it begins in the document; of what a neighbour shares with it, where that ends. */
  readonly place?: Place;
}

export interface ChunkOptions {
  readonly chunkTokens: number;
  /** How many tokens of a chunk are repeated at the start of the next; less than `chunkTokens`. */
  readonly overlapTokens: number;
  readonly countTokens: CountTokens;
}

/**
 * Cuts a text into chunks of at most `chunkTokens` tokens, where that leaves a chunk at least half full: before a
 * heading, else at the end of a paragraph; else of a sentence, a list's item or a table's row; else where it must.
 * A table that fits is not cut. Only white space between chunks is left out, and only a table's header is repeated.
 * A text that fits is one chunk, to the letter.
 * @throws {IndivisibleTextError} when a single grapheme does not fit
 */
export function chunkText(
  text: string,
  options: ChunkOptions,
  structure: Structure = { marks: [], tables: [] },
): Chunk[] {
  const { chunkTokens, countTokens } = options;
  const placeAt = createPlaceFinder(structure);
  if (text.length <= chunkTokens * maxCharactersPerToken) {
    const tokens = countTokens(text);
    if (tokens <= chunkTokens) return [createChunk(text, tokens, placeAt(0))];
  }

  const pieces = [...dividePieces(text, chunkTokens, countTokens, structure)];
  const headerAt = createHeaderFinder(structure.tables, options);
  const chunks: Chunk[] = [];
  let start = 0;
  for (let from = 0; from < pieces.length; ) {
    const first = pieces[from];
    const header = headerAt(start, text.slice(start, first?.end));
    const contentTo = (end: number | undefined) => header + text.slice(start, end);
    const to = endOfChunk(contentTo, pieces, from, options);
    const content = contentTo(pieces[to - 1]?.end).trim();
    const place = placeAt(first?.start ?? start);
    if (text.slice(start, pieces[to - 1]?.end).trim() !== "") {
      chunks.push(createChunk(content, countTokens(content), place));
    }
    start = overlapStart(text, pieces, from, to, options);
    from = to;
  }
  return chunks;
}

function createChunk(content: string, tokens: number, place: Place | undefined): Chunk {
  const id = createHash("sha256").update(content).digest("hex");
  return { id, content, tokens, ...(place === undefined ? {} : { place }) };
}

/** Finds the place of an offset; asked for offsets in ascending order. */
function createPlaceFinder({ marks }: Structure): (offset: number) => Place | undefined {
  let next = 0;
  return (offset) => {
    while ((marks[next]?.start ?? Number.POSITIVE_INFINITY) <= offset) next += 1;
    return marks[next - 1]?.place;
  };
}

/**
 * Finds what is put before a chunk that begins behind the first row of a table: the header, unless it takes more
 * than half of the chunk or leaves no room for the next piece. Asked for offsets in ascending order.
 */
function createHeaderFinder(
  tables: readonly Table[],
  { chunkTokens, countTokens }: ChunkOptions,
): (start: number, firstPiece: string) => string {
  let next = 0;
  return (start, firstPiece) => {
    while ((tables[next]?.end ?? Number.POSITIVE_INFINITY) <= start) next += 1;
    const table = tables[next];
    if (table === undefined || start <= table.start || table.header === "") return "";
    const header = `${table.header}\n`;
    if (header.length > chunkTokens * maxCharactersPerToken) return "";
    const isFitting =
      countTokens(header) <= chunkTokens / 2 && countTokens(header + firstPiece) <= chunkTokens;
    return isFitting ? header : "";
  };
}

/** The piece before which a chunk ends, whose content up to an offset `contentTo` gives. */
function endOfChunk(
  contentTo: (end: number | undefined) => string,
  pieces: readonly Piece[],
  from: number,
  { chunkTokens, countTokens }: ChunkOptions,
): number {
  let tokens = countTokens(contentTo(pieces[from]?.start));
  let to = from;
  let endOfParagraph = from;
  let endOfSection = from;
  for (let piece = pieces[to]; piece !== undefined; piece = pieces[to]) {
    tokens += piece.tokens;
    if (tokens > chunkTokens) break;
    to += 1;
    if (tokens < chunkTokens / 2) continue;
    if (piece.endsParagraph) endOfParagraph = to;
    if (piece.endsSection) endOfSection = to;
  }
  const wanted = endOfSection > from ? endOfSection : endOfParagraph;
  if (to < pieces.length && wanted > from) to = wanted;
  // What is counted piece by piece can come to a little less than the whole.
  while (to > from + 1 && countTokens(contentTo(pieces[to - 1]?.end)) > chunkTokens) to -= 1;
  return Math.max(to, from + 1);
}

/**
 * Where the chunk behind pieces `from` to `to` begins: at the earliest sentence that leaves the overlap
 * within `overlapTokens`, else at the earliest such word, else without an overlap, as in a table.
 */
function overlapStart(
  text: string,
  pieces: readonly Piece[],
  from: number,
  to: number,
  { chunkTokens, overlapTokens, countTokens }: ChunkOptions,
): number {
  const last = pieces[to - 1];
  const next = pieces[to];
  if (last === undefined || next === undefined || overlapTokens === 0)
    return last?.end ?? text.length;
  // A row says what it says without the one before it.
  if (last.isOfTable || next.isOfTable) return last.end;

  let first = to;
  for (let tokens = last.tokens; first - 1 > from && tokens <= overlapTokens; ) {
    first -= 1;
    tokens += pieces[first - 1]?.tokens ?? 0;
  }
  const starts =
    first < to
      ? pieces.slice(first, to).map((piece) => piece.start)
      : wordStarts(text.slice(last.start, last.end)).map((offset) => last.start + offset);
  const isFitting = (start: number) =>
    start > (pieces[from]?.start ?? 0) &&
    countTokens(text.slice(start, last.end)) <= overlapTokens &&
    countTokens(text.slice(start, next.end)) <= chunkTokens;
  return starts.find(isFitting) ?? last.end;
}
