/** A stretch of text without added tokens → its token ids, by byte-pair encoding over compiled tables. */
import { MergeQueue } from "./merge-queue.ts";
import type { TokenizerTables } from "./tokenizer-file.ts";

/** Encodes the UTF-16 code units from `start` to `end` of a text and hands over the ids in order. */
export type EncodeStretch = (
  text: string,
  start: number,
  end: number,
  emit: (id: number) => void,
) => void;

const space = 0x20;
/** What the normalizer makes of a space: ▁. */
const normalizedSpace = 0x2581;

/** Longer stretches are rare and get memory of their own, which goes with them. */
const keptCharacters = 16_384;

const utf8 = new TextEncoder();

/**
 * The algorithm is that of the library: of all open merges the one of the lowest rank is made, the
 * leftmost of equals, until none is left; then characters without an id become the ids of their bytes.
 */
export function createBytePairEncoder(tables: TokenizerTables): EncodeStretch {
  const { pages, characters, bytes, mergeRows, mergeRights, mergeRanks, mergedIds } = tables;
  const kept = createSymbols(keptCharacters);
  const utf8Bytes = new Uint8Array(4);

  return (text, start, end, emit) => {
    const symbols = end - start <= keptCharacters ? kept : createSymbols(end - start);
    fill(symbols, text, start, end);
    while (symbols.queue.take()) merge(symbols, symbols.queue.rank, symbols.queue.position);
    for (let at = 0; at >= 0; at = symbols.next[at] ?? -1) {
      const id = symbols.ids[at] ?? -1;
      if (id >= 0) emit(id);
      else emitBytes(~id, emit);
    }
  };

  /** One symbol for each character, and every merge of two neighbours proposed. */
  function fill(symbols: Symbols, text: string, start: number, end: number): void {
    const { ids, next, previous } = symbols;
    let length = 0;
    for (let at = start; at < end; length += 1) {
      const codePoint = text.codePointAt(at) ?? 0;
      ids[length] = characterId(codePoint);
      previous[length] = length - 1;
      next[length] = length + 1;
      at += codePoint > 0xffff ? 2 : 1;
    }
    next[length - 1] = -1;
    for (let left = 0; left < length - 1; left += 1) propose(symbols, left);
  }

  /** Negative for a character without an id, which takes part in no merge. */
  function characterId(codePoint: number): number {
    const normalized = codePoint === space ? normalizedSpace : codePoint;
    const page = pages[normalized >> 8] ?? 0;
    const id = characters[(page << 8) | (normalized & 0xff)] ?? -1;
    return id >= 0 ? id : ~normalized;
  }

  function merge(symbols: Symbols, rank: number, left: number): void {
    const { ids, next, previous, ranks } = symbols;
    // One of the two is gone or has grown since this merge was proposed.
    if (ranks[left] !== rank) return;
    const right = next[left] ?? -1;
    const behind = next[right] ?? -1;
    const before = previous[left] ?? -1;
    ids[left] = mergedIds[rank] ?? -1;
    ranks[right] = -1;
    next[left] = behind;
    if (behind >= 0) previous[behind] = left;
    propose(symbols, left);
    if (before >= 0) propose(symbols, before);
  }

  /** Queues the merge of the symbol with its right neighbour, if there is one. */
  function propose({ ids, next, ranks, queue }: Symbols, left: number): void {
    const right = next[left] ?? -1;
    const rank = right < 0 ? -1 : mergeRank(ids[left] ?? -1, ids[right] ?? -1);
    ranks[left] = rank;
    if (rank >= 0) queue.push(rank, left);
  }

  function mergeRank(leftId: number, rightId: number): number {
    if (leftId < 0 || rightId < 0) return -1;
    let low = mergeRows[leftId] ?? 0;
    let high = mergeRows[leftId + 1] ?? 0;
    while (low < high) {
      const middle = (low + high) >> 1;
      const found = mergeRights[middle] ?? 0;
      if (found === rightId) return mergeRanks[middle] ?? -1;
      if (found < rightId) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  function emitBytes(codePoint: number, emit: (id: number) => void): void {
    // A lone surrogate becomes U+FFFD, as wherever a string is made UTF-8.
    const { written } = utf8.encodeInto(String.fromCodePoint(codePoint), utf8Bytes);
    for (let at = 0; at < written; at += 1) emit(bytes[utf8Bytes[at] ?? 0] ?? -1);
  }
}

/** A list of symbols, linked by their positions; each with the rank of its merge with the next one, or -1. */
interface Symbols {
  readonly ids: Int32Array;
  readonly next: Int32Array;
  readonly previous: Int32Array;
  readonly ranks: Int32Array;
  readonly queue: MergeQueue;
}

function createSymbols(length: number): Symbols {
  return {
    ids: new Int32Array(length),
    next: new Int32Array(length),
    previous: new Int32Array(length),
    ranks: new Int32Array(length),
    // One for each neighbour to the right, and each merge replaces itself by two at most.
    queue: new MergeQueue(2 * length),
  };
}
