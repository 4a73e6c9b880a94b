/** The JSON of a `tokenizer.json` → its parts, if they are of the kind that can be compiled. */
import * as v from "valibot";
import { maxRanks } from "../../../function/model/merge-queue.ts";
import { UnsupportedTokenizerError } from "../errors.ts";

/** The tables have a row for each id up to the highest. */
const maxId = 0xff_ffff;
const tokenId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxId));

const off = v.nullish(v.literal(false));
const noAffix = v.nullish(v.literal(""));
/** Strict, since a regular expression beside the string would win. */
const spacePattern = v.strictObject({ String: v.literal(" ") });

const addedToken = v.object({
  id: tokenId,
  content: v.pipe(
    v.string(),
    v.nonEmpty(),
    v.check((content) => content.isWellFormed(), "Expected no lone surrogate"),
    v.check((content) => !content.includes(" "), "Expected no space"),
  ),
  single_word: off,
  lstrip: off,
  rstrip: off,
  normalized: v.literal(false),
});

/** Older files have the two parts of a merge as one string. */
const joinedMerge = v.pipe(
  v.string(),
  v.transform((merge) => merge.split(" ")),
  v.strictTuple([v.string(), v.string()]),
);
const merge = v.strictTuple([v.string(), v.string()]);

const definitionSchema = v.object({
  added_tokens: v.array(addedToken),
  normalizer: v.object({
    type: v.literal("Replace"),
    pattern: spacePattern,
    content: v.literal("▁"),
  }),
  /** Splits at spaces, of which the normalizer leaves none. */
  pre_tokenizer: v.nullable(
    v.object({ type: v.literal("Split"), pattern: spacePattern, invert: off }),
  ),
  post_processor: v.object({
    type: v.literal("TemplateProcessing"),
    single: v.array(
      v.union([
        v.strictObject({ SpecialToken: v.object({ id: v.string() }) }),
        v.strictObject({ Sequence: v.object({ id: v.literal("A") }) }),
      ]),
    ),
    special_tokens: v.record(v.string(), v.object({ ids: v.array(v.number()) })),
  }),
  model: v.object({
    type: v.literal("BPE"),
    dropout: v.nullish(v.literal(0)),
    unk_token: v.nullish(v.string()),
    continuing_subword_prefix: noAffix,
    continuing_subword_suffix: noAffix,
    end_of_word_suffix: noAffix,
    fuse_unk: v.nullish(v.boolean()),
    byte_fallback: v.literal(true),
    ignore_merges: off,
    /** No `v.record`, which leaves out the token "constructor". */
    vocab: v.custom<Readonly<Record<string, number>>>(isVocabulary, "Expected ids of tokens"),
    /** The library takes all of them to be of the first one's form. */
    merges: v.lazy((merges) =>
      v.pipe(
        v.array(Array.isArray(merges) && Array.isArray(merges[0]) ? merge : joinedMerge),
        v.maxLength(maxRanks),
      ),
    ),
  }),
});

export type TokenizerDefinition = v.InferOutput<typeof definitionSchema>;

/** @throws {UnsupportedTokenizerError} naming the first part that is not of this kind */
export function parseTokenizerDefinition(json: unknown): TokenizerDefinition {
  const parsed = v.safeParse(definitionSchema, json, { abortEarly: true });
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new UnsupportedTokenizerError(v.getDotPath(issue) ?? "the whole", issue.message);
}

function isVocabulary(vocab: unknown): boolean {
  return (
    typeof vocab === "object" &&
    vocab !== null &&
    Object.values(vocab).every((id) => v.is(tokenId, id))
  );
}
