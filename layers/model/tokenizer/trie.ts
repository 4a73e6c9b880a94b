/** Added tokens and their ids → the trie in which the compiled tokenizer finds the longest at a place. */
import type { TokenizerTables } from "../../../function/model/tokenizer-file.ts";
import type { TokenizerDefinition } from "./definition.ts";

interface Node {
  readonly edges: Map<number, Node>;
  /** In UTF-16 code units from the root. */
  readonly depth: number;
  id: number;
}

type TrieTables = Pick<TokenizerTables, "addedRows" | "addedUnits" | "addedIds" | "addedLengths">;

export function createTokenTrie(addedTokens: TokenizerDefinition["added_tokens"]): TrieTables {
  const root: Node = { edges: new Map(), depth: 0, id: -1 };
  for (const { content, id } of addedTokens) insert(root, content).id = id;

  const nodes = [root];
  const units: number[] = [];
  const rows: number[] = [];
  // Grows while it is walked, so that the nodes come breadth first.
  for (const node of nodes) {
    rows.push(units.length);
    units.push(...node.edges.keys());
    nodes.push(...node.edges.values());
  }
  rows.push(units.length);
  return {
    addedRows: Int32Array.from(rows),
    addedUnits: Int32Array.from(units),
    addedIds: Int32Array.from(nodes, ({ id }) => id),
    addedLengths: Int32Array.from(nodes, ({ depth }) => depth),
  };
}

function insert(root: Node, token: string): Node {
  let node = root;
  for (let depth = 1; depth <= token.length; depth += 1) {
    const unit = token.charCodeAt(depth - 1);
    const next = node.edges.get(unit) ?? { edges: new Map(), depth, id: -1 };
    node.edges.set(unit, next);
    node = next;
  }
  return node;
}
