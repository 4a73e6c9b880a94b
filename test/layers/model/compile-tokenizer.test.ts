import assert from "node:assert/strict";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import type { Tokenizer } from "../../../function/model/tokenizer.ts";
import { compileTokenizer } from "../../../layers/model/compile-tokenizer.ts";
import { UnsupportedTokenizerError } from "../../../layers/model/errors.ts";
import { compareWithLibrary, compile } from "../../fuzz/compare.ts";
import {
  embeddingGemmaDefinition,
  type SmallDefinition,
  smallDefinition,
  tinyDefinition,
} from "../../models/tokenizers.ts";

describe("compileTokenizer", () => {
  let gemma: object;
  before(async () => {
    gemma = await embeddingGemmaDefinition();
  });

  it("keeps every id and count that the library gives, for the tiny EmbeddingGemma", async () => {
    const comparison = compareWithLibrary(await tinyDefinition(), { strings: 2000, seed: 1 });

    assert.equal(comparison.difference, undefined);
    assert.equal(comparison.strings, 5 + 2000);
  });

  it("keeps every id and count that the library gives, for all of Gemma's tokens", () => {
    const comparison = compareWithLibrary(gemma, { strings: 2000, seed: 1 });

    assert.equal(comparison.difference, undefined);
    assert.equal(comparison.strings, 6415 + 2000);
  });

  it("keeps every id that the library gives, for any tokenizer of few characters", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", " ", "▁", "é"), size: "large" });
    fc.assert(
      fc.property(smallDefinitions(), fc.array(text), (definition, texts) => {
        const compiled = compileUnlessRefused(definition);
        fc.pre(compiled !== undefined);
        const library = new HuggingFaceTokenizer(definition, {});

        for (const each of texts) assert.deepEqual(compiled.encode(each), library.encode(each).ids);
      }),
      { numRuns: 300 },
    );
  });

  it("takes 7.7 MB for all of Gemma's tokens", () => {
    assert.equal(compileTokenizer(gemma).length, 7_741_380);
  });

  it("gives the same bytes each time, and for merges in the older form of one string each", () => {
    const definition = smallDefinition(["a", "b", "ab"], [["a", "b"]]);
    const older = changeModel(definition, { merges: ["a b"] });

    assert.deepEqual(compileTokenizer(definition), compileTokenizer(definition));
    assert.deepEqual(compileTokenizer(older), compileTokenizer(definition));
  });

  it("takes the last of two equal merges, as the library does", () => {
    const merges = [
      ["a", "b"],
      ["b", "c"],
      ["a", "b"],
    ] as const;
    const definition = smallDefinition(["a", "b", "c", "ab", "bc"], merges);

    assert.deepEqual(compile(definition).encode("abc"), [256, 258, 262, 257]);
    assert.equal(compareWithLibrary(definition, { strings: 100, seed: 1 }).difference, undefined);
  });

  it("takes a definition without what has no effect", () => {
    const definition = smallDefinition(["a", "▁"], []);
    const split = { type: "Split", pattern: { String: " " }, behavior: "MergedWithPrevious" };

    for (const same of [
      { ...definition, pre_tokenizer: { ...split, invert: false } },
      { ...definition, truncation: { max_length: 1 }, padding: { length: 9 } },
      changeModel(definition, { dropout: null, end_of_word_suffix: "", ignore_merges: false }),
      changeModel(definition, { fuse_unk: true, unk_token: "<bos>" }),
    ]) {
      assert.deepEqual(compileTokenizer(same), compileTokenizer(definition));
    }
  });
});

describe("compileTokenizer refuses", () => {
  const small = smallDefinition(["a", "b", "ab", "▁", "▁▁", "<x>"], [["a", "b"]], ["<x>"]);
  const [added] = small.added_tokens;
  const template = small.post_processor;

  const changeAdded = (change: object) => ({ ...small, added_tokens: [{ ...added, ...change }] });
  const changeTemplate = (change: object) => ({
    ...small,
    post_processor: { ...template, ...change },
  });

  for (const [what, definition, part, problem] of [
    ["what is no object", "{}", "the whole", /Expected Object but received "{}"/],
    ["another model", changeModel(small, { type: "WordPiece" }), "model.type", /Expected "BPE"/],
    [
      "merges with chance",
      changeModel(small, { dropout: 0.1 }),
      "model.dropout",
      /Expected 0 but received 0\.1/,
    ],
    [
      "words looked up before they are merged",
      changeModel(small, { ignore_merges: true }),
      "model.ignore_merges",
      /Expected false but received true/,
    ],
    [
      "characters without bytes",
      changeModel(small, { byte_fallback: false }),
      "model.byte_fallback",
      /Expected true but received false/,
    ],
    ...["continuing_subword_prefix", "continuing_subword_suffix", "end_of_word_suffix"].map(
      (affix) =>
        [
          `a ${affix}`,
          changeModel(small, { [affix]: "##" }),
          `model.${affix}`,
          /Expected "" but received "##"/,
        ] as const,
    ),
    [
      "a vocabulary with an id that is none",
      changeModel(small, { vocab: { ...small.model.vocab, a: -1 } }),
      "model.vocab",
      /Expected ids of tokens/,
    ],
    [
      "two tokens with one id",
      changeModel(small, { vocab: { ...small.model.vocab, c: 258 } }),
      "model.vocab",
      /"a" and "c" have 258/,
    ],
    [
      "a byte without a token",
      changeModel(small, { vocab: { a: 0, b: 1, ab: 2, "<bos>": 256, "<x>": 263 } }),
      "model.vocab",
      /Expected "<0x00>" to have an id/,
    ],
    [
      "a merge of what is no token",
      changeModel(small, {
        merges: [
          ["a", "b"],
          ["a", "z"],
        ],
      }),
      "model.merges.1",
      /Expected "z" to have an id/,
    ],
    [
      "a merge that makes no token",
      changeModel(small, { merges: [["b", "a"]] }),
      "model.merges.0",
      /Expected "ba" to have an id/,
    ],
    [
      "a merge of three",
      changeModel(small, { merges: [["a", "b", "a"]] }),
      "model.merges.0.2",
      /Expected never but received "a"/,
    ],
    [
      "a merge of three in one string",
      changeModel(small, { merges: ["a b a"] }),
      "model.merges.0.2",
      /Expected never but received "a"/,
    ],
    [
      "merges of both forms",
      changeModel(small, { merges: ["a b", ["a", "b"]] }),
      "model.merges.1",
      /Expected string but received Array/,
    ],
    [
      "unknown tokens in a row that become one",
      changeModel(small, { fuse_unk: true, unk_token: "ab" }),
      "model.fuse_unk",
      /Expected false, or an unk_token that no text becomes, but received true and "ab"/,
    ],
    ["no normalizer", { ...small, normalizer: null }, "normalizer", /Expected Object/],
    [
      "another normalizer",
      { ...small, normalizer: { type: "NFC" } },
      "normalizer.type",
      /Expected "Replace" but received "NFC"/,
    ],
    [
      "another pattern of the normalizer",
      { ...small, normalizer: { type: "Replace", pattern: { Regex: " " }, content: "▁" } },
      "normalizer.pattern.String",
      /Expected "String"/,
    ],
    [
      "a pattern beside the pattern",
      {
        ...small,
        normalizer: { type: "Replace", pattern: { String: " ", Regex: "a" }, content: "▁" },
      },
      "normalizer.pattern.Regex",
      /Expected never/,
    ],
    [
      "another replacement of a space",
      { ...small, normalizer: { type: "Replace", pattern: { String: " " }, content: "_" } },
      "normalizer.content",
      /Expected "▁" but received "_"/,
    ],
    [
      "another pre-tokenizer",
      { ...small, pre_tokenizer: { type: "Digits" } },
      "pre_tokenizer.type",
      /Expected "Split" but received "Digits"/,
    ],
    [
      "a pre-tokenizer that splits elsewhere",
      { ...small, pre_tokenizer: { type: "Split", pattern: { String: "a" } } },
      "pre_tokenizer.pattern.String",
      /Expected " " but received "a"/,
    ],
    [
      "a pre-tokenizer that keeps the pattern alone",
      { ...small, pre_tokenizer: { type: "Split", pattern: { String: " " }, invert: true } },
      "pre_tokenizer.invert",
      /Expected false but received true/,
    ],
    ["no post-processor", { ...small, post_processor: null }, "post_processor", /Expected Object/],
    [
      "another post-processor",
      { ...small, post_processor: { type: "ByteLevel" } },
      "post_processor.type",
      /Expected "TemplateProcessing" but received "ByteLevel"/,
    ],
    [
      "a template without the text",
      changeTemplate({ single: template.single.slice(0, 1) }),
      "post_processor.single",
      /Expected the text in it once/,
    ],
    [
      "a template with the text twice",
      changeTemplate({ single: [...template.single, ...template.single] }),
      "post_processor.single",
      /Expected the text in it once/,
    ],
    [
      "a template of a token without an id",
      changeTemplate({ single: [{ SpecialToken: { id: "<s>" } }, ...template.single] }),
      "post_processor.single",
      /Expected "<s>" to have an id/,
    ],
    [
      "a template that gives a token another id",
      changeTemplate({ special_tokens: { "<bos>": { ids: [1] }, "<eos>": { ids: [257] } } }),
      "post_processor.special_tokens.<bos>.ids",
      /Expected \[256\] but received \[1\]/,
    ],
    ...["single_word", "lstrip", "rstrip", "normalized"].map(
      (flag) =>
        [
          `an added token with ${flag}`,
          changeAdded({ [flag]: true }),
          `added_tokens.0.${flag}`,
          /Expected false but received true/,
        ] as const,
    ),
    [
      "an added token whose normalisation is not stated",
      changeAdded({ normalized: undefined }),
      "added_tokens.0.normalized",
      /Expected false but received undefined/,
    ],
    ["an empty added token", changeAdded({ content: "" }), "added_tokens.0.content", /length/],
    [
      "an added token with a space",
      changeAdded({ content: "a b" }),
      "added_tokens.0.content",
      /Expected no space/,
    ],
    [
      "an added token with half a character",
      changeAdded({ content: "\ude00" }),
      "added_tokens.0.content",
      /Expected no lone surrogate/,
    ],
    [
      "an added token with a second id",
      changeAdded({ content: "a" }),
      "added_tokens.0.id",
      /Expected 258, the id that "a" has already, but received 256/,
    ],
    [
      "an added token of spaces that no merges make",
      changeAdded({ content: "▁▁", id: 262 }),
      "added_tokens.0.content",
      /Expected merges that make "▁▁" of its characters/,
    ],
  ] as const) {
    it(what, () => {
      assert.throws(
        () => compileTokenizer(definition),
        (error: unknown) => {
          assert.ok(error instanceof UnsupportedTokenizerError);
          assert.equal(error.part, part);
          assert.match(error.message, problem);
          assert.ok(error.message.startsWith(`tokenizer.json cannot be compiled: ${part}: `));
          return true;
        },
      );
    });
  }
});

/** Merges of what other merges made, any of it as added tokens, with ▁ among the characters or not. */
function smallDefinitions(): fc.Arbitrary<SmallDefinition> {
  const characters: fc.Arbitrary<string[]> = fc.constantFrom(["a", "b", "▁"], ["a", "b"]);
  const pairs = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 12, size: "max" });
  const added = fc.array(fc.nat(20), { maxLength: 2 });
  return fc.tuple(characters, pairs, added).map(([alphabet, choices, addedChoices]) => {
    const tokens = [...alphabet];
    const choose = (choice: number) => tokens[choice % tokens.length] ?? "a";
    const merges = choices.map(([left, right]): [string, string] => {
      const parts: [string, string] = [choose(left), choose(right)];
      if (!tokens.includes(parts.join(""))) tokens.push(parts.join(""));
      return parts;
    });
    return smallDefinition(tokens, merges, addedChoices.map(choose));
  });
}

/** An added token with ▁ that its merges do not make is rightly refused. */
function compileUnlessRefused(definition: SmallDefinition): Tokenizer | undefined {
  try {
    return compile(definition);
  } catch (error) {
    if (error instanceof UnsupportedTokenizerError && error.part.startsWith("added_tokens")) return;
    throw error;
  }
}

function changeModel(definition: SmallDefinition, change: object): object {
  return { ...definition, model: { ...definition.model, ...change } };
}
