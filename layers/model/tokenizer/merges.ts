/** The merges and the id of each token → the tables in which the rank of a pair of ids is found. */
import type { TokenizerTables } from "../../../function/model/tokenizer-file.ts";
import type { TokenizerDefinition } from "./definition.ts";
import { requireId, type TokenIds } from "./ids.ts";

type Merges = TokenizerDefinition["model"]["merges"];
type MergeTables = Pick<
  TokenizerTables,
  "mergeRows" | "mergeRights" | "mergeRanks" | "mergedIds" | "spaceJoiners"
>;

/** What the normalizer makes of a space. */
export const normalizedSpace = "▁";

/** @throws {UnsupportedTokenizerError} when a merge is of tokens without an id, or makes one */
export function createMergeTables(merges: Merges, ids: TokenIds): MergeTables {
  const idCount = 1 + [...ids.values()].reduce((highest, id) => Math.max(highest, id), -1);
  const pairOf = (leftId: number, rightId: number) => leftId * idCount + rightId;
  // Of two equal merges the last one counts, as in the library.
  const ranks = new Map<number, number>();
  const mergedIds = Int32Array.from(merges, ([left, right], rank) => {
    const idOf = (token: string) => requireId(ids, token, `model.merges.${rank}`);
    ranks.set(pairOf(idOf(left), idOf(right)), rank);
    return idOf(left + right);
  });
  const pairs = Float64Array.from(ranks.keys()).sort();
  let row = 0;
  return {
    mergeRows: Int32Array.from({ length: idCount + 1 }, (_, leftId) => {
      while ((pairs[row] ?? Number.POSITIVE_INFINITY) < pairOf(leftId, 0)) row += 1;
      return row;
    }),
    mergeRights: Int32Array.from(pairs, (pair) => pair % idCount),
    mergeRanks: Int32Array.from(pairs, (pair) => ranks.get(pair) ?? -1),
    mergedIds,
    spaceJoiners: findSpaceJoiners(merges),
  };
}

function findSpaceJoiners(merges: Merges): Int32Array {
  const units = new Set<number>();
  for (const [left, right] of merges) {
    for (const [, joiner = ""] of (left + right).matchAll(/(?<=(.))▁/gs)) {
      units.add(joiner.charCodeAt(0));
    }
  }
  if (units.has(normalizedSpace.charCodeAt(0))) units.add(" ".charCodeAt(0));
  return Int32Array.from(units).sort();
}
