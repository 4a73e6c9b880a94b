import assert from "node:assert/strict";
import fc from "fast-check";
import { chunkText } from "../../../function/chunk.ts";
import { readJson, readJsonLines } from "../../../function/text/json.ts";
import { readFixture } from "./fixture.ts";

describe("readJson", () => {
  for (const [name, program, contentType] of [
    ["sqlite-loans.json", "SQLite", "application/json"],
    ["python-orders.json", "Python, with numbers that no double holds", "application/json"],
    ["python-benches.geojson", "Python, as GeoJSON", "application/geo+json"],
    ["sqlite-loans.jsonl", "SQLite, a record a line", "application/jsonl"],
    ["jq-orders.jsonl", "jq, a record a line", "application/jsonl"],
    ["python-logging.jsonl", "Python's logging", "application/jsonl"],
  ] as const) {
    it(`gives the values with their paths of a document made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.contentType, contentType);
    });
  }

  it("gives each value the path that leads to it, and a list of short ones a line", () => {
    const order = {
      lines: [{ name: "Paint" }, { name: "Brush", sizes: [1, 2] }],
      "deliver to": "Ann",
      "a.b": { "": "x" },
    };

    assert.deepEqual(readJson(JSON.stringify({ order, open: true })).text.split("\n"), [
      "order.lines[0].name: Paint",
      "",
      "order.lines[1].name: Brush",
      "order.lines[1].sizes: 1, 2",
      "",
      "order.deliver to: Ann",
      'order["a.b"][""]: x',
      "",
      "open: true",
    ]);
  });

  it("keeps each number as it is written", () => {
    const number = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?([eE][-+]?\d{1,4})?$/);

    fc.assert(
      fc.property(number, (written) => {
        assert.equal(readJson(`{"n": ${written}}`).text, `n: ${written}`);
      }),
    );
  });

  it("loses no text, whatever the document", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ depthSize: "small" }, word, tie("array"), tie("object")),
      array: fc.array(tie("value")),
      object: fc.dictionary(word, tie("value")),
    }));
    const wordsIn = (part: unknown): string[] =>
      typeof part === "object" && part !== null
        ? Object.values(part).flatMap(wordsIn)
        : [String(part)];

    fc.assert(
      fc.property(value, (document) => {
        const lines = readJson(JSON.stringify(document)).text.split("\n").filter(Boolean);
        const words = lines.flatMap((line) => line.split(": ").at(-1)?.split(", ") ?? []);
        assert.deepEqual(words, wordsIn(document));
      }),
    );
  });

  it("leaves out what is empty", () => {
    assert.equal(
      readJson('{"a": null, "b": "", "c": {}, "d": [], "e": 0, "f": false}').text,
      "e: 0\nf: false",
    );
  });

  it("takes the last of two values of one name", () => {
    assert.equal(readJson('{"a": 1, "a": 2}').text, "a: 2");
  });

  it("numbers the elements of an array of objects", () => {
    const { text, structure } = readJson('[{"a": 1}, {"a": {"b": 2}}]');

    assert.equal(text, "a: 1\n\na.b: 2");
    assert.deepEqual(structure.marks, [
      { start: 0, place: { row: 1 } },
      { start: 6, place: { row: 2 } },
    ]);
  });

  it("reads JSON Lines that call themselves JSON", () => {
    assert.deepEqual(readJson('{"a": 1}\n{"a": 2}\n'), readJsonLines('{"a": 1}\n{"a": 2}\n'));
  });

  for (const [what, json] of [
    ["an end that is missing", '{"a": "secret'],
    ["a sign that is wrong", 'secret, "secret"'],
    ["a second value", '{"a": 1} {"secret": 2}'],
  ]) {
    it(`refuses ${what}, without quoting the document`, () => {
      assert.throws(
        () => readJson(json ?? ""),
        ({ name, message }: Error) =>
          name === "UnreadableDocumentError" &&
          /it is no valid JSON \(.+\)\. Correct it\.$/.test(message) &&
          !message.includes("secret"),
      );
    });
  }

  it("refuses arrays more than 200 deep in one another, and counts no brackets in texts", () => {
    const nested = (depth: number) => `${"[".repeat(depth)}"[[\\"[["${"]".repeat(depth)}`;

    assert.equal(readJson(nested(200)).text.split(": ").at(-1), '[["[[');
    assert.throws(() => readJson(nested(201)), {
      name: "UnreadableDocumentError",
      problem: /^its arrays and objects are nested more than 200 deep/,
    });
  });

  for (const json of [
    "{1: 2}",
    "[01]",
    "[1.]",
    "[.5]",
    "[+1]",
    "[1 2]",
    "[-]",
    "[1e]",
    "[0x1]",
    '"\\',
  ]) {
    it(`refuses what is almost JSON: ${json}`, () => {
      assert.throws(() => readJson(json), { name: "UnreadableDocumentError" });
    });
  }
});

describe("readJsonLines", () => {
  it("keeps a record together where it fits a chunk", () => {
    const record = (n: number) =>
      JSON.stringify({ id: n, text: "Three words here.", more: "And. More. Here." });
    const { text, structure } = readJsonLines([1, 2, 3, 4, 5].map(record).join("\n"));
    const countTokens = (part: string) => part.match(/\S+/g)?.length ?? 0;

    const chunks = chunkText(text, { chunkTokens: 16, overlapTokens: 8, countTokens }, structure);

    assert.deepEqual(
      chunks.map(({ content, place }) => [content, place]),
      [1, 2, 3, 4, 5].map((n) => [
        `id: ${n}\ntext: Three words here.\nmore: And. More. Here.`,
        { row: n },
      ]),
    );
  });

  it("refuses a line that is no JSON, and says which", () => {
    assert.throws(() => readJsonLines('{"a": 1}\n\n{"a"\n'), {
      name: "UnreadableDocumentError",
      problem: /^its line 3 is no JSON \(.+\)\. Correct the line, or take it out\.$/,
    });
  });
});
