/** The id of each token → the ids of single characters by code point, and of the tokens for single bytes. */
import type { TokenizerTables } from "../../../function/model/tokenizer-file.ts";
import { requireId, type TokenIds } from "./ids.ts";

type CharacterTables = Pick<TokenizerTables, "pages" | "characters" | "bytes">;

/** @throws {UnsupportedTokenizerError} when a byte has no token */
export function createCharacterTables(ids: TokenIds): CharacterTables {
  const pages = new Int32Array(0x11_0000 >> 8);
  const characters = new Array<number>(0x100).fill(-1);
  for (const [token, id] of ids) {
    const codePoint = token.codePointAt(0) ?? 0;
    if (token !== String.fromCodePoint(codePoint)) continue;
    if (pages[codePoint >> 8] === 0) {
      pages[codePoint >> 8] = characters.length >> 8;
      characters.push(...new Array<number>(0x100).fill(-1));
    }
    const page = pages[codePoint >> 8] ?? 0;
    characters[(page << 8) | (codePoint & 0xff)] = id;
  }
  const bytes = Int32Array.from({ length: 0x100 }, (_, byte) => {
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    return requireId(ids, `<0x${hex}>`, "model.vocab");
  });
  return { pages, characters: Int32Array.from(characters), bytes };
}
