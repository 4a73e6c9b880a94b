/** Merges that are open in a stretch of text → the one to make next: of the lowest rank, then the leftmost. */

// Rank and position are kept as one number, which is exact below 2^53.
const positions = 2 ** 32;

/** How many ranks can be told apart. */
export const maxRanks = 2 ** 21;

/** A binary heap in one array, so that it costs no allocation to use it again. */
export class MergeQueue {
  /** Of the merge that was taken last. */
  rank = -1;
  position = -1;
  readonly #keys: Float64Array;
  #length = 0;

  constructor(capacity: number) {
    this.#keys = new Float64Array(capacity);
  }

  push(rank: number, position: number): void {
    const keys = this.#keys;
    const key = rank * positions + position;
    let at = this.#length;
    this.#length += 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const parentKey = keys[parent] ?? 0;
      if (parentKey < key) break;
      keys[at] = parentKey;
      at = parent;
    }
    keys[at] = key;
  }

  /** Takes the first merge into `rank` and `position`; false when there is none. */
  take(): boolean {
    if (this.#length === 0) return false;
    const keys = this.#keys;
    const first = keys[0] ?? 0;
    this.rank = Math.floor(first / positions);
    this.position = first - this.rank * positions;

    this.#length -= 1;
    const length = this.#length;
    const last = keys[length] ?? 0;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      const right = child + 1;
      if (right < length && (keys[right] ?? 0) < (keys[child] ?? 0)) child = right;
      const childKey = keys[child] ?? 0;
      if (childKey >= last) break;
      keys[at] = childKey;
      at = child;
    }
    keys[at] = last;
    return true;
  }
}
