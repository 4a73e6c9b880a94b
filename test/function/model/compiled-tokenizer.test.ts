import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Tokenizer as HuggingFaceTokenizer } from "@huggingface/tokenizers";
import fc from "fast-check";
import { compile } from "../../fuzz/compare.ts";
import { smallDefinition, tinyDefinition } from "../../models/tokenizers.ts";

const bos = 256;
const eos = 257;

describe("createCompiledTokenizer", () => {
  it("puts the template's tokens around a text, an empty one too", () => {
    const tokenizer = compile(smallDefinition(["a"], []));

    assert.deepEqual(tokenizer.encode("a"), [bos, 258, eos]);
    assert.deepEqual(tokenizer.encode(""), [bos, eos]);
  });

  it("makes the merge of the lowest rank first, whatever its place", () => {
    const tokens = ["a", "b", "c", "ab", "bc"];

    const leftFirst = compile(
      smallDefinition(tokens, [
        ["a", "b"],
        ["b", "c"],
      ]),
    );
    const rightFirst = compile(
      smallDefinition(tokens, [
        ["b", "c"],
        ["a", "b"],
      ]),
    );

    assert.deepEqual(leftFirst.encode("abc"), [bos, 261, 260, eos]);
    assert.deepEqual(rightFirst.encode("abc"), [bos, 258, 262, eos]);
  });

  it("makes merges with the token of id 0 on either side", () => {
    const definition = smallDefinition(
      ["a", "b", "ab", "ba"],
      [
        ["a", "b"],
        ["b", "a"],
      ],
    );
    const vocab = { ...definition.model.vocab, b: 0, "<0x00>": 259 };
    const tokenizer = compile({ ...definition, model: { ...definition.model, vocab } });

    assert.deepEqual(tokenizer.encode("ab"), [bos, 260, eos]);
    assert.deepEqual(tokenizer.encode("bab"), [bos, 0, 260, eos]);
    assert.deepEqual(tokenizer.encode("bba"), [bos, 0, 261, eos]);
  });

  it("makes equal merges from left to right, and merges what was merged", () => {
    const tokenizer = compile(
      smallDefinition(
        ["a", "aa", "aaaa"],
        [
          ["a", "a"],
          ["aa", "aa"],
        ],
      ),
    );

    assert.deepEqual(tokenizer.encode("aaa"), [bos, 259, 258, eos]);
    assert.deepEqual(tokenizer.encode("aaaaaaa"), [bos, 260, 259, 258, eos]);
  });

  it("takes a space for ▁, within a token and before it", () => {
    const merges = [
      ["▁", "a"],
      ["▁", "▁"],
      ["a", "▁a"],
    ] as const;
    const tokenizer = compile(smallDefinition(["a", "▁", "▁a", "▁▁", "a▁a"], merges));

    assert.deepEqual(tokenizer.encode(" a"), [bos, 260, eos]);
    assert.deepEqual(tokenizer.encode("▁a"), [bos, 260, eos]);
    assert.deepEqual(tokenizer.encode("  ▁ "), [bos, 261, 261, eos]);
    assert.deepEqual(tokenizer.encode("a a"), [bos, 262, eos]);
  });

  it("gives a character without a token as the tokens of its UTF-8 bytes, which are never merged", () => {
    const tokenizer = compile(smallDefinition(["a", "<", "<a"], [["<", "a"]]));

    assert.deepEqual(tokenizer.encode("é"), [bos, 0xc3, 0xa9, eos]);
    assert.deepEqual(tokenizer.encode("😀a"), [bos, 0xf0, 0x9f, 0x98, 0x80, 258, eos]);
    assert.deepEqual(tokenizer.encode("\0"), [bos, 0, eos]);
    assert.deepEqual(tokenizer.encode(" "), [bos, 0xe2, 0x96, 0x81, eos], "a space is ▁ by then");
  });

  it("gives a lone surrogate as U+FFFD", () => {
    const tokenizer = compile(smallDefinition(["a", "�"], []));

    const bytes = [0xef, 0xbf, 0xbd];
    assert.deepEqual(tokenizer.encode("\ud83d"), [bos, ...bytes, eos]);
    assert.deepEqual(tokenizer.encode("\ude00\ud83da"), [bos, ...bytes, ...bytes, 258, eos]);
  });

  it("cuts added tokens out of the text, the longest at each place, and merges nothing over them", () => {
    const merges = [
      ["a", "<"],
      ["a", "b"],
    ] as const;
    const tokens = ["a", "b", "<", "x", ">", "a<", "ab", "<x>", "<x>>", "😀"];
    const tokenizer = compile(smallDefinition(tokens, merges, ["<x>", "<x>>", "😀"]));

    assert.deepEqual(tokenizer.encode("a<x>b"), [bos, 258, 265, 259, eos]);
    assert.deepEqual(tokenizer.encode("<x>>>"), [bos, 266, 262, eos]);
    assert.deepEqual(tokenizer.encode("a<x"), [bos, 263, 261, eos]);
    assert.deepEqual(tokenizer.encode("a😀b"), [bos, 258, 267, 259, eos]);
    assert.deepEqual(tokenizer.encode("\ud83d\ud83d\ude00"), [bos, 0xef, 0xbf, 0xbd, 267, eos]);
  });

  it("agrees with the library on words far beyond what is kept in memory, and afterwards", async () => {
    const definition = await tinyDefinition();
    const library = new HuggingFaceTokenizer(definition, {});
    const tokenizer = compile(definition);

    for (const text of ["thequickbrown".repeat(2000), "ab", "é🫠".repeat(10_000), "the end"]) {
      assert.deepEqual(tokenizer.encode(text), library.encode(text).ids);
    }
  });

  it("counts what it encodes", async () => {
    const tokenizer = compile(await tinyDefinition());

    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300, size: "max" }), (text) => {
        assert.equal(tokenizer.countTokens(text), tokenizer.encode(text).length);
      }),
    );
  });

  it("keeps no memory for a long word once it is counted", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage: () => void = runInNewContext("gc");
    const tokenizer = compile(await tinyDefinition());
    /** What stays when collecting no longer helps: freed buffers are given back in the background. */
    const buffersAfter = async (text: string) => {
      tokenizer.countTokens(text);
      let least = Number.POSITIVE_INFINITY;
      for (let collections = 0; collections < 20; collections += 1) {
        collectGarbage();
        await setImmediate();
        least = Math.min(least, process.memoryUsage().arrayBuffers);
      }
      return least;
    };

    const before = await buffersAfter("x");
    const keptBytes = (await buffersAfter("x".repeat(1_000_000))) - before;

    assert.ok(keptBytes < 100_000, `${keptBytes} bytes`);
  });
});
