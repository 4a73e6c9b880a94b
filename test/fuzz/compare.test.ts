import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Tokenizer } from "../../function/model/tokenizer.ts";
import { embeddedModelFolder, testModelFolder } from "../models/folders.ts";
import { tinyDefinition } from "../models/tokenizers.ts";
import { compareWithLibrary, compile, type Difference } from "./compare.ts";
import { describeComparison } from "./report.ts";

/** ZERO WIDTH JOINER, for which the tiny tokenizer has but its bytes. */
const joiner = "\u200d";

describe("compareWithLibrary", () => {
  async function differenceOf(change: (right: Tokenizer) => Tokenizer): Promise<Difference> {
    const definition = await tinyDefinition();
    const wrong = change(compile(definition));
    const { difference } = compareWithLibrary(definition, { strings: 1000, seed: 1 }, wrong);
    assert.ok(difference);
    return difference;
  }

  it("gives the smallest text with another id", async () => {
    const difference = await differenceOf(({ encode, countTokens }) => ({
      encode: (text) => encode(text.replaceAll(joiner, "abc")),
      countTokens,
    }));

    assert.equal(difference.text, joiner);
    assert.deepEqual(difference.expected, [2, 5 + 0xe2, 5 + 0x80, 5 + 0x8d, 1]);
    assert.notDeepEqual(difference.ids, difference.expected);
    assert.equal(difference.count, 5);
  });

  it("gives the smallest text with another count", async () => {
    const { text, count } = await differenceOf(({ encode, countTokens }) => ({
      encode,
      countTokens: (text) => countTokens(text) - (text.includes(joiner) ? 1 : 0),
    }));

    assert.equal(text, joiner);
    assert.equal(count, 4);
  });

  it("tries every added token", async () => {
    const { text } = await differenceOf(({ encode, countTokens }) => ({
      encode: (text) => encode(text.replaceAll("<mask>", "")),
      countTokens,
    }));

    assert.equal(text, "a<mask>b <mask> c\n<mask><mask><mask mask>");
  });
});

describe("describeComparison", () => {
  it("says how much was compared, and what differs", () => {
    const compared = { strings: 12, tokens: 345 };
    const difference = { text: "\ud83d", expected: [2, 7, 1], ids: [2, 8, 9, 1], count: 4 };

    assert.equal(describeComparison("x", compared), "x: 12 strings, 345 tokens, 0 differences");
    assert.deepEqual(describeComparison("x", { ...compared, difference }).split("\n"), [
      "x: 12 strings, 345 tokens alike, then 1 difference",
      '  text      "\\ud83d"',
      "  expected  3: 2 7 1",
      "  compiled  4: 2 8 9 1",
      "  counted   4",
    ]);
  });
});

describe("npm run fuzz:tokenizer", () => {
  async function fuzz(folder: string): Promise<{ stdout: string; stderr: string; code?: number }> {
    const command = fileURLToPath(import.meta.resolve("./tokenizer.ts"));
    const path = join(folder, "tokenizer.json");
    const options = ["--strings", "20", "--seed", "2", "--tokenizer", path];
    return promisify(execFile)(process.execPath, [command, ...options]).catch((error) => error);
  }

  it("compares the tokenizer of a path", async () => {
    const { stdout, code } = await fuzz(testModelFolder("tiny-embeddinggemma"));

    assert.match(stdout, /^.*tokenizer\.json: 25 strings, [1-9]\d* tokens, 0 differences\n$/);
    assert.equal(code, undefined);
  });

  it("fails in one line for a tokenizer that is not compiled", async () => {
    const { stdout, stderr, code } = await fuzz(embeddedModelFolder());

    assert.equal(stdout, "");
    assert.match(stderr, /^tokenizer\.json cannot be compiled: normalizer\.type: .*\n$/);
    assert.equal(code, 1);
  });
});
