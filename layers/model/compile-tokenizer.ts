/** A `tokenizer.json` of Gemma's kind → the bytes of `tokenizer.bin`, which the function reads in its place. */
import { isDeepStrictEqual } from "node:util";
import { createCompiledTokenizer } from "../../function/model/compiled-tokenizer.ts";
import { type TokenizerTables, writeTokenizerFile } from "../../function/model/tokenizer-file.ts";
import { UnsupportedTokenizerError } from "./errors.ts";
import { createCharacterTables } from "./tokenizer/characters.ts";
import { parseTokenizerDefinition, type TokenizerDefinition } from "./tokenizer/definition.ts";
import { collectTokenIds, parseTemplate, type TokenIds } from "./tokenizer/ids.ts";
import { createMergeTables, normalizedSpace } from "./tokenizer/merges.ts";
import { createTokenTrie } from "./tokenizer/trie.ts";

/**
 * Compiles byte-pair encoding with byte fallback, spaces normalised to ▁, added tokens and a template.
 * @param json the parsed `tokenizer.json`
 * @throws {UnsupportedTokenizerError} when it would not be reproduced to the id
 */
export function compileTokenizer(json: unknown): Uint8Array<ArrayBuffer> {
  const definition = parseTokenizerDefinition(json);
  const ids = collectTokenIds(definition);
  const tables = {
    ...parseTemplate(definition.post_processor, ids),
    ...createCharacterTables(ids),
    ...createMergeTables(definition.model.merges, ids),
    ...createTokenTrie(definition.added_tokens),
  };
  checkUnknownToken(definition.model, ids, tables);
  checkNormalizedTokens(definition.added_tokens, tables);
  return writeTokenizerFile(tables);
}

/** Of unknown tokens in a row the library makes one. Text gives none, since each byte has a token. */
function checkUnknownToken(
  { fuse_unk, unk_token }: TokenizerDefinition["model"],
  ids: TokenIds,
  { characters, bytes, mergedIds }: TokenizerTables,
): void {
  const id = ids.get(unk_token ?? "");
  const isGiven = [characters, bytes, mergedIds].some(
    (table) => id !== undefined && table.includes(id),
  );
  if (!fuse_unk || !isGiven) return;
  const problem = `Expected false, or an unk_token that no text becomes, but received true and ${JSON.stringify(unk_token)}`;
  throw new UnsupportedTokenizerError("model.fuse_unk", problem);
}

/** Text that the normalizer turns into an added token as a whole is that token to the library. */
function checkNormalizedTokens(
  addedTokens: TokenizerDefinition["added_tokens"],
  tables: TokenizerTables,
): void {
  const tokenizer = createCompiledTokenizer(tables);
  for (const [index, { content, id }] of addedTokens.entries()) {
    if (!content.includes(normalizedSpace)) continue;
    const ids = tokenizer.encode(content.replaceAll(normalizedSpace, " "));
    if (isDeepStrictEqual(ids, [...tables.prefix, id, ...tables.suffix])) continue;
    const problem = `Expected merges that make ${JSON.stringify(content)} of its characters`;
    throw new UnsupportedTokenizerError(`added_tokens.${index}.content`, problem);
  }
}
