/** A tokenizer's definition → the id of each token, and the ids that its template puts around a text. */
import type { TokenizerTables } from "../../../function/model/tokenizer-file.ts";
import { UnsupportedTokenizerError } from "../errors.ts";
import type { TokenizerDefinition } from "./definition.ts";

export type TokenIds = ReadonlyMap<string, number>;

/** @throws {UnsupportedTokenizerError} when a token has two ids, or an id two tokens */
export function collectTokenIds({ model, added_tokens }: TokenizerDefinition): TokenIds {
  const ids = new Map(Object.entries(model.vocab));
  for (const [index, { content, id }] of added_tokens.entries()) {
    const known = ids.get(content) ?? id;
    if (known !== id) {
      const problem = `Expected ${known}, the id that ${JSON.stringify(content)} has already, but received ${id}`;
      throw new UnsupportedTokenizerError(`added_tokens.${index}.id`, problem);
    }
    ids.set(content, id);
  }
  const tokens = new Map<number, string>();
  for (const [token, id] of ids) {
    const other = tokens.get(id);
    if (other !== undefined) {
      const problem = `Expected an id for each token but ${JSON.stringify(other)} and ${JSON.stringify(token)} have ${id}`;
      throw new UnsupportedTokenizerError("model.vocab", problem);
    }
    tokens.set(id, token);
  }
  return ids;
}

/** @throws {UnsupportedTokenizerError} when there is none; `part` is what needs it */
export function requireId(ids: TokenIds, token: string, part: string): number {
  const id = ids.get(token);
  if (id !== undefined) return id;
  const problem = `Expected ${JSON.stringify(token)} to have an id`;
  throw new UnsupportedTokenizerError(part, problem);
}

/**
 * The library looks special tokens up by name; others take the ids that the template gives for it.
 * @throws {UnsupportedTokenizerError} when the two differ, or the text is not in the template once
 */
export function parseTemplate(
  { single, special_tokens }: TokenizerDefinition["post_processor"],
  ids: TokenIds,
): Pick<TokenizerTables, "prefix" | "suffix"> {
  const text = single.findIndex((item) => "Sequence" in item);
  if (text < 0 || text !== single.findLastIndex((item) => "Sequence" in item)) {
    throw new UnsupportedTokenizerError("post_processor.single", "Expected the text in it once");
  }
  const specialIds = (items: typeof single) =>
    Int32Array.from(
      items.flatMap((item) => ("SpecialToken" in item ? [specialId(item.SpecialToken.id)] : [])),
    );
  return { prefix: specialIds(single.slice(0, text)), suffix: specialIds(single.slice(text)) };

  function specialId(token: string): number {
    const id = requireId(ids, token, "post_processor.single");
    const declared = special_tokens[token]?.ids ?? [];
    if (declared.length === 1 && declared[0] === id) return id;
    const problem = `Expected [${id}] but received [${declared}]`;
    throw new UnsupportedTokenizerError(`post_processor.special_tokens.${token}.ids`, problem);
  }
}
