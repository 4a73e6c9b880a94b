import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { type ChunkOptions, chunkText } from "../../function/chunk.ts";
import { IndivisibleTextError } from "../../function/errors.ts";
import { readManifest } from "../../function/model/manifest.ts";
import { openTokenizer } from "../../function/model/tokenizer.ts";
import { testModelFolder } from "../models/folders.ts";

/** Words and single marks, like a tokenizer whose vocabulary is the language. */
const countWords = (text: string) => text.match(/[\p{L}\p{N}]+|[^\s\p{L}\p{N}]/gu)?.length ?? 0;

function options(chunkTokens: number, overlapTokens: number): ChunkOptions {
  return { chunkTokens, overlapTokens, countTokens: countWords };
}

/** Texts as they come: sentences, lines and paragraphs of words from several scripts, and noise. */
const texts = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom("word", "Haus", "été", "слово", "語", "a.b", "x_y") },
      { weight: 3, arbitrary: fc.constantFrom(". ", "! ", "? ", "。", ", ", " ", "  ") },
      { weight: 1, arbitrary: fc.constantFrom("\n", "\n\n", "\r\n\r\n", "\n \n\n", "\t") },
      { weight: 1, arbitrary: fc.constantFrom("😀", "👩‍👩‍👧‍👦", "e\u0301", "🇩🇪", "नि") },
      { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 12 }) },
    ),
    { maxLength: 200 },
  )
  .map((parts) => parts.join(""));

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

describe("chunkText", () => {
  it("keeps a text that fits as one chunk to the letter, with the SHA-256 of its bytes as the id", () => {
    const text = "  Größe zählt. \r\n";

    const chunks = chunkText(text, options(16, 4));

    const id = createHash("sha256").update(Buffer.from(text)).digest("hex");
    assert.deepEqual(chunks, [{ id, content: text, tokens: 3 }]);
  });

  it("never exceeds chunkTokens, and says how many tokens a chunk has", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 60 }), (text, chunkTokens) => {
        for (const { content, tokens } of chunkText(text, options(chunkTokens, chunkTokens >> 2))) {
          assert.equal(tokens, countWords(content));
          assert.ok(tokens <= chunkTokens, `${tokens} tokens`);
        }
      }),
    );
  });

  it("leaves out nothing but white space between chunks", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 60 }), (text, chunkTokens) => {
        const chunks = chunkText(text, options(chunkTokens, 0));

        assert.equal(
          chunks.map(({ content }) => content.replaceAll(/\s/g, "")).join(""),
          text.replaceAll(/\s/g, ""),
        );
      }),
    );
  });

  it("never cuts a grapheme", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 8, max: 60 }), (text, chunkTokens) => {
        const borders = new Set([...graphemes.segment(text)].map(({ index }) => index));
        borders.add(text.length);
        let from = 0;
        for (const { content } of chunkText(text, options(chunkTokens, 0))) {
          const start = text.indexOf(content, from);
          from = start + content.length;

          // White space at a border is trimmed, and "\r\n" is one grapheme of it.
          const isBorder = (at: number) => borders.has(at) || /\s/.test(text[at] ?? "");
          assert.ok(isBorder(start) && isBorder(from), `cut at ${start} to ${from}`);
        }
      }),
    );
  });

  it("repeats at most overlapTokens of a chunk at the start of the next", () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 12, max: 60 }), (text, chunkTokens) => {
        const overlapTokens = chunkTokens >> 2;
        const separate = chunkText(text, options(chunkTokens, 0));
        const overlapping = chunkText(text, options(chunkTokens, overlapTokens));

        const sum = (chunks: typeof separate) => chunks.reduce((n, { tokens }) => n + tokens, 0);
        const repeated = sum(overlapping) - sum(separate);
        assert.ok(repeated >= 0 && repeated <= overlapTokens * (overlapping.length - 1));
      }),
    );
  });

  it("ends at paragraphs when that leaves chunks at least half full", () => {
    const paragraphs = [
      "One two three. Four five six.",
      "Seven eight nine ten.",
      "Eleven. Twelve.",
    ];

    const chunks = chunkText(paragraphs.join("\n\n"), options(12, 0));

    assert.deepEqual(
      chunks.map(({ content }) => content),
      [paragraphs[0], `${paragraphs[1]}\n\n${paragraphs[2]}`],
    );
  });

  it("ends before a heading rather than at a later paragraph, and never between a heading and its text", () => {
    const text =
      "One two three four five six. Seven.\n\nHead\n\nEight nine.\n\nTen eleven twelve. Thirteen.";
    const start = text.indexOf("Head");
    const structure = { marks: [{ start, place: { headings: ["Head"] } }], tables: [] };

    const chunks = chunkText(text, options(14, 0), structure);

    assert.deepEqual(
      chunks.map(({ content, place }) => ({ content, place })),
      [
        { content: "One two three four five six. Seven.", place: undefined },
        { content: text.slice(start), place: { headings: ["Head"] } },
      ],
    );
  });

  it("begins an item of a list anew where the list does not fit", () => {
    const text = "- one two\n  three\n- four five six\n- seven eight";

    const chunks = chunkText(text, options(9, 0));

    assert.deepEqual(
      chunks.map(({ content }) => content),
      ["- one two\n  three\n- four five six", "- seven eight"],
    );
  });

  it("keeps a table whole where it fits", () => {
    const table = "a | b\nOne. Two. | three\nfour | five";
    const text = `Before it. All of this.\n\n${table}`;
    const start = text.indexOf(table);
    const tables = [{ start, end: text.length, header: "a | b" }];

    const chunks = chunkText(text, options(15, 4), { marks: [], tables });

    assert.deepEqual(
      chunks.map(({ content }) => content),
      ["Before it. All of this.", table],
    );
  });

  it("repeats a table's header above the rows of each further chunk, and cuts and repeats no row", () => {
    const rows = ["1 | One. Two", "2 | three four", "3 | five six", "4 | seven eight"];
    const text = ["n | words", ...rows].join("\n");
    const tables = [{ start: 0, end: text.length, header: "n | words" }];
    const marks = rows.map((row, index) => ({
      start: text.indexOf(row),
      place: { row: index + 1 },
    }));

    const chunks = chunkText(text, options(12, 4), { marks, tables });

    assert.deepEqual(
      chunks.map(({ content, place }) => ({ content, place })),
      [
        { content: "n | words\n1 | One. Two\n2 | three four", place: undefined },
        { content: "n | words\n3 | five six\n4 | seven eight", place: { row: 3 } },
      ],
    );
  });

  it("leaves out a header that would take more than half of each chunk", () => {
    const text = "a b c d e f g\n1 2 3 4 5\n6 7 8 9 10";
    const tables = [{ start: 0, end: text.length, header: "a b c d e f g" }];

    const chunks = chunkText(text, options(10, 0), { marks: [], tables });

    assert.deepEqual(
      chunks.map(({ content }) => content),
      ["a b c d e f g", "1 2 3 4 5\n6 7 8 9 10"],
    );
  });

  it("holds to chunkTokens and loses nothing, whatever the structure", () => {
    const structured = fc
      .tuple(texts, fc.array(fc.nat(1000), { maxLength: 8 }))
      .map(([text, numbers]) => {
        const starts = [
          ...new Set(
            numbers.map(
              (number) => graphemes.segment(text).containing(number)?.index ?? text.length,
            ),
          ),
        ].sort((a, b) => a - b);
        const marks = starts.map((start) => ({ start, place: { headings: [String(start)] } }));
        const [start = 0, end = text.length] = starts;
        const header = text.slice(start, end).split("\n", 1)[0] ?? "";
        return { text, structure: { marks, tables: start < end ? [{ start, end, header }] : [] } };
      });
    fc.assert(
      fc.property(
        structured,
        fc.integer({ min: 8, max: 60 }),
        ({ text, structure }, chunkTokens) => {
          const chunks = chunkText(text, options(chunkTokens, chunkTokens >> 2), structure);
          const bare = (content: string) => content.replaceAll(/\s/g, "");
          const seen = new Set<string>();
          for (const { content, tokens } of chunks) {
            assert.ok(tokens <= chunkTokens && tokens === countWords(content));
            for (const character of bare(content)) seen.add(character);
          }
          assert.deepEqual(
            [...new Set(bare(text))].filter((character) => !seen.has(character)),
            [],
          );
          const [header = ""] = structure.tables.map((table) => table.header);
          const withoutHeader = {
            ...structure,
            tables: structure.tables.map((table) => ({ ...table, header: "" })),
          };
          const plain = chunkText(text, options(chunkTokens, 0), withoutHeader);
          assert.equal(plain.map(({ content }) => bare(content)).join(""), bare(text), header);
        },
      ),
    );
  });

  it("ends at sentences where a paragraph does not fit, over line breaks too", () => {
    const text = "One two\nthree four. Five six seven\neight nine. Ten eleven twelve.";

    const chunks = chunkText(text, options(8, 0));

    assert.deepEqual(
      chunks.map(({ content }) => content),
      ["One two\nthree four.", "Five six seven\neight nine.", "Ten eleven twelve."],
    );
  });

  it("ends at words where a sentence does not fit", () => {
    const chunks = chunkText("one two three four five six seven eight nine ten", options(4, 0));

    assert.deepEqual(
      chunks.map(({ content }) => content),
      ["one two three four", "five six seven eight", "nine ten"],
    );
  });

  it("begins a chunk with the last sentences of the one before", () => {
    const chunks = chunkText(
      "One two three. Four five. Six seven. Eight nine ten.",
      options(10, 6),
    );

    assert.deepEqual(
      chunks.map(({ content }) => content),
      ["One two three. Four five. Six seven.", "Four five. Six seven. Eight nine ten."].map(
        (c) => c,
      ),
    );
  });

  it("begins a chunk with the last words where the last sentence is longer than the overlap", () => {
    const chunks = chunkText("One two three four five six. Seven eight nine ten.", options(8, 3));

    assert.deepEqual(
      chunks.map(({ content }) => content),
      ["One two three four five six.", "five six. Seven eight nine ten."],
    );
  });

  it("refuses a grapheme that is longer than a chunk rather than cutting it", () => {
    const marks = `e${"\u0301".repeat(40)}`;
    const countCharacters = (text: string) => text.length;

    assert.throws(
      () =>
        chunkText(`plain ${marks}`, {
          chunkTokens: 16,
          overlapTokens: 0,
          countTokens: countCharacters,
        }),
      (error) => error instanceof IndivisibleTextError && error.tokens === 41,
    );
  });

  it("keeps within the window of the real tokenizer, whose counts do not add up", async () => {
    const folder = testModelFolder("tiny-embeddinggemma");
    const tokenizer = await openTokenizer(folder, await readManifest(folder));
    const countTokens = (text: string) => tokenizer.encode(text).length;

    fc.assert(
      fc.property(texts, (text) => {
        for (const { content } of chunkText(text, {
          chunkTokens: 48,
          overlapTokens: 12,
          countTokens,
        })) {
          assert.ok(countTokens(content) <= 48);
        }
      }),
    );
  });
});
