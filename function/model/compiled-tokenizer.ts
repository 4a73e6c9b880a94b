/** The tables of a compiled tokenizer → the tokenizer, with the ids that its `tokenizer.json` gives. */
import { createBytePairEncoder } from "./byte-pair-encoder.ts";
import type { Tokenizer } from "./tokenizer.ts";
import type { TokenizerTables } from "./tokenizer-file.ts";

const space = 0x20;

export function createCompiledTokenizer(tables: TokenizerTables): Tokenizer {
  const { prefix, suffix, addedRows, addedUnits, addedIds, addedLengths } = tables;
  const spaceJoiners = new Set(tables.spaceJoiners);
  const encodeStretch = createBytePairEncoder(tables);

  return {
    encode(text) {
      const ids: number[] = [];
      tokenize(text, (id) => ids.push(id));
      return ids;
    },
    countTokens(text) {
      let tokens = 0;
      tokenize(text, () => {
        tokens += 1;
      });
      return tokens;
    },
  };

  /** Added tokens are cut out of the text, at each place the longest; what lies between them is encoded. */
  function tokenize(text: string, emit: (id: number) => void): void {
    for (const id of prefix) emit(id);
    let start = 0;
    for (let at = 0; at < text.length; ) {
      const node = matchAddedToken(text, at);
      if (node === 0) {
        at += 1;
      } else {
        encodeSection(text, start, at, emit);
        emit(addedIds[node] ?? -1);
        at += addedLengths[node] ?? 0;
        start = at;
      }
    }
    encodeSection(text, start, text.length, emit);
    for (const id of suffix) emit(id);
  }

  /** The node of the longest added token that begins at `start`; the root if there is none. */
  function matchAddedToken(text: string, start: number): number {
    let longest = 0;
    let node = 0;
    for (let at = start; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      const end = addedRows[node + 1] ?? 0;
      let edge = addedRows[node] ?? 0;
      while (edge < end && addedUnits[edge] !== unit) edge += 1;
      if (edge === end) break;
      node = edge + 1;
      if ((addedIds[node] ?? -1) >= 0) longest = node;
    }
    return longest;
  }

  /**
   * Encodes word by word: where no token reaches over a place, no merge does, and what is on one side of it
   * has no effect on the other. So the work is done in little memory, whatever the section's length.
   */
  function encodeSection(
    text: string,
    start: number,
    end: number,
    emit: (id: number) => void,
  ): void {
    for (let from = start; from < end; ) {
      let to = from + 1;
      while (to < end && !isWordStart(text, to)) to += 1;
      encodeStretch(text, from, to, emit);
      from = to;
    }
  }

  function isWordStart(text: string, at: number): boolean {
    return text.charCodeAt(at) === space && !spaceJoiners.has(text.charCodeAt(at - 1));
  }
}
