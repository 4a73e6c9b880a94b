/**
 * The tables of a compiled tokenizer ↔ the bytes of `tokenizer.bin`.
 *
 * All is 32-bit little-endian integers, so that reading is making views: the magic number, the version,
 * the length of each section in the order of `sectionNames`, and then the sections themselves.
 */

const magic = 0x4b_54_50_42; // "BPTK"
const version = 1;

const sectionNames = [
  "prefix",
  "suffix",
  "pages",
  "characters",
  "bytes",
  "mergeRows",
  "mergeRights",
  "mergeRanks",
  "mergedIds",
  "spaceJoiners",
  "addedRows",
  "addedUnits",
  "addedIds",
  "addedLengths",
] as const;

type SectionName = (typeof sectionNames)[number];

/** Ids are token ids; where a table has none, it has -1. */
export interface TokenizerTables extends Readonly<Record<SectionName, Int32Array>> {
  /** Ids of the template before the text, and behind it. */
  readonly prefix: Int32Array;
  readonly suffix: Int32Array;
  /** Code point >> 8 → page, and page << 8 | low byte of the code point → id. Page 0 is without ids. */
  readonly pages: Int32Array;
  readonly characters: Int32Array;
  /** Byte → id, for characters without an id of their own. */
  readonly bytes: Int32Array;
  /**
   * Left id → where its merges begin; they end where those of the next id begin. Of each merge the right
   * id, in ascending order, and its rank: the lower it is, the earlier the merge is made.
   */
  readonly mergeRows: Int32Array;
  readonly mergeRights: Int32Array;
  readonly mergeRanks: Int32Array;
  /** Rank → id of what the merge makes. */
  readonly mergedIds: Int32Array;
  /** UTF-16 code units behind which a space can be part of the same token, in ascending order. */
  readonly spaceJoiners: Int32Array;
  /**
   * The trie of the added tokens over UTF-16 code units, breadth first, the root is node 0: node → where
   * its edges begin; they end where those of the next node begin. Edge e has a code unit and leads to
   * node e + 1.
   */
  readonly addedRows: Int32Array;
  readonly addedUnits: Int32Array;
  /** Node → id of the added token that ends there, and its length in code units. */
  readonly addedIds: Int32Array;
  readonly addedLengths: Int32Array;
}

const headerLength = 2 + sectionNames.length;

export function writeTokenizerFile(tables: TokenizerTables): Uint8Array<ArrayBuffer> {
  const sections = sectionNames.map((name) => tables[name]);
  const lengths = sections.map((section) => section.length);
  const file = new Int32Array(lengths.reduce((sum, length) => sum + length, headerLength));
  file.set([magic, version, ...lengths]);
  let start = headerLength;
  for (const section of sections) {
    file.set(section, start);
    start += section.length;
  }
  return new Uint8Array(file.buffer);
}

/**
 * Gives views of the file's bytes.
 * @throws {RangeError} when they are no whole file of this version
 */
export function readTokenizerFile(bytes: ArrayBuffer): TokenizerTables {
  const file = new Int32Array(bytes, 0, bytes.byteLength >> 2);
  if (file.length < headerLength || file[0] !== magic) {
    throw new RangeError("it is no compiled tokenizer");
  }
  if (file[1] !== version) {
    const problem = `it has version ${file[1]} and only version ${version} is read`;
    throw new RangeError(`${problem}; build the model layer anew`);
  }
  const lengths = file.subarray(2, headerLength);
  const expectedBytes = 4 * lengths.reduce((sum, length) => sum + length, headerLength);
  if (bytes.byteLength !== expectedBytes) {
    throw new RangeError(`it has ${bytes.byteLength} bytes instead of ${expectedBytes}`);
  }
  const section = (name: SectionName): Int32Array => {
    const index = sectionNames.indexOf(name);
    const start = lengths.subarray(0, index).reduce((sum, length) => sum + length, headerLength);
    return file.subarray(start, start + (lengths[index] ?? 0));
  };
  return {
    prefix: section("prefix"),
    suffix: section("suffix"),
    pages: section("pages"),
    characters: section("characters"),
    bytes: section("bytes"),
    mergeRows: section("mergeRows"),
    mergeRights: section("mergeRights"),
    mergeRanks: section("mergeRanks"),
    mergedIds: section("mergedIds"),
    spaceJoiners: section("spaceJoiners"),
    addedRows: section("addedRows"),
    addedUnits: section("addedUnits"),
    addedIds: section("addedIds"),
    addedLengths: section("addedLengths"),
  };
}
