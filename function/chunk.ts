/** A document's text → its chunks: each with the identity of its content and its tokens counted. */
import { createHash } from "node:crypto";
import {
  type CountTokens,
  dividePieces,
  maxCharactersPerToken,
  type Piece,
  wordStarts,
} from "./segments.ts";

export interface Chunk {
  /** SHA-256 of the content's UTF-8 bytes, in hex: for a document of one chunk, of the whole object. */
  readonly id: string;
  readonly content: string;
  readonly tokens: number;
}

export interface ChunkOptions {
  readonly chunkTokens: number;
  /** How many tokens of a chunk are repeated at the start of the next; less than `chunkTokens`. */
  readonly overlapTokens: number;
  readonly countTokens: CountTokens;
}

/**
 * Cuts a text into chunks of at most `chunkTokens` tokens, at the end of a paragraph where that leaves a
 * chunk at least half full, else of a sentence, else where it must. Only white space between chunks is
 * left out. A text that fits is one chunk, to the letter.
 * @throws {IndivisibleTextError} when a single grapheme does not fit
 */
export function chunkText(text: string, options: ChunkOptions): Chunk[] {
  const { chunkTokens, countTokens } = options;
  if (text.length <= chunkTokens * maxCharactersPerToken) {
    const tokens = countTokens(text);
    if (tokens <= chunkTokens) return [createChunk(text, tokens)];
  }

  const pieces = [...dividePieces(text, chunkTokens, countTokens)];
  const chunks: Chunk[] = [];
  let start = 0;
  for (let from = 0; from < pieces.length; ) {
    const to = endOfChunk(text, pieces, from, start, options);
    const content = text.slice(start, pieces[to - 1]?.end).trim();
    if (content !== "") chunks.push(createChunk(content, countTokens(content)));
    start = overlapStart(text, pieces, from, to, options);
    from = to;
  }
  return chunks;
}

function createChunk(content: string, tokens: number): Chunk {
  return { id: createHash("sha256").update(content).digest("hex"), content, tokens };
}

/** The piece before which a chunk ends that begins at `start`, in the overlap before piece `from`. */
function endOfChunk(
  text: string,
  pieces: readonly Piece[],
  from: number,
  start: number,
  { chunkTokens, countTokens }: ChunkOptions,
): number {
  let tokens = countTokens(text.slice(start, pieces[from]?.start));
  let to = from;
  let endOfParagraph = from;
  for (let piece = pieces[to]; piece !== undefined; piece = pieces[to]) {
    tokens += piece.tokens;
    if (tokens > chunkTokens) break;
    to += 1;
    if (piece.endsParagraph && tokens >= chunkTokens / 2) endOfParagraph = to;
  }
  if (to < pieces.length && endOfParagraph > from) to = endOfParagraph;
  // What is counted piece by piece can come to a little less than the whole.
  while (to > from + 1 && countTokens(text.slice(start, pieces[to - 1]?.end)) > chunkTokens)
    to -= 1;
  return Math.max(to, from + 1);
}

/**
 * Where the chunk behind pieces `from` to `to` begins: at the earliest sentence that leaves the overlap
 * within `overlapTokens`, else at the earliest such word, else without an overlap.
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
