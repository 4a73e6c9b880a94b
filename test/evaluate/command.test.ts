import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";

const run = promisify(execFile);
const evaluate = (...args: string[]) => run(process.execPath, ["evaluate/command.ts", ...args]);

const wayOfSearch = v.object({
  ndcg: v.number(),
  queries: v.array(v.object({ id: v.string(), ndcg: v.number() })),
});
const outputSchema = v.object({
  documents: v.number(),
  queries: v.number(),
  evaluations: v.array(
    v.object({
      model: v.string(),
      chunkTokens: v.number(),
      headings: v.string(),
      chunks: v.number(),
      ways: v.object({ vector: wayOfSearch, "full text": wayOfSearch, hybrid: wayOfSearch }),
    }),
  ),
});

const filler =
  "The weather was mild, and the road went on along the river for a long time. ".repeat(8);
const documents = [
  { _id: "soup", title: "Lentil soup", text: "Cook the lentils with onions until they are soft." },
  { _id: "tyre", title: "Flat tyre", text: `Patch the tube. ${filler}The part is XK-4711-B.` },
  { _id: "bees", title: "", text: "In winter the colony lives on the honey that it has stored." },
  { _id: "empty", title: "", text: "" },
];
const queries = [
  { _id: "meal", text: "warm dinner" },
  { _id: "part", text: "XK-4711-B" },
  { _id: "insects", text: "insects during cold months" },
];
const qrels = ["query-id\tcorpus-id\tscore", "meal\tsoup\t1", "part\ttyre\t1", "insects\tbees\t1"];

describe("npm run evaluate", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "evaluate-"));
    await mkdir(join(folder, "qrels"));
    const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join("\n");
    await writeFile(join(folder, "corpus.jsonl"), lines(documents));
    await writeFile(join(folder, "queries.jsonl"), lines(queries));
    await writeFile(join(folder, "qrels/test.tsv"), qrels.join("\n"));
  });
  after(() => rm(folder, { recursive: true }));

  it("measures each way to search, for each chunk size", async () => {
    const { stdout } = await evaluate(
      ...[folder, "--chunk-tokens", "32", "--chunk-tokens", "512", "--json"],
    );

    const output = v.parse(outputSchema, JSON.parse(stdout));
    assert.equal(output.documents, 3);
    assert.equal(output.queries, 3);
    assert.deepEqual(
      output.evaluations.map(({ model, chunkTokens, headings }) => [model, chunkTokens, headings]),
      [
        ["all-MiniLM-L6-v2", 32, "none"],
        // As many as the model takes.
        ["all-MiniLM-L6-v2", 254, "none"],
      ],
    );
    assert.ok((output.evaluations[0]?.chunks ?? 0) > 5);
    assert.equal(output.evaluations[1]?.chunks, 3);
    for (const { ways } of output.evaluations) {
      const found = (way: keyof typeof ways) => ways[way].queries.map(({ ndcg }) => ndcg);
      assert.deepEqual(found("full text"), [0, 1, 0]);
      assert.deepEqual([found("vector")[0], found("vector")[2]], [1, 1]);
      assert.deepEqual(found("hybrid"), [1, 1, 1]);
    }
  });

  it("compares the same chunks with and without headings, for the first questions alone", async () => {
    const { stdout } = await evaluate(folder, "--headings", "--limit-queries", "2");

    const lines = stdout.split("\n").map((line) => line.replaceAll(/ {2,}/g, "  ").trim());
    assert.equal(lines[0], "3 documents, 2 questions with 2 relevant documents");
    assert.equal(lines[4], "all-MiniLM-L6-v2, 190 tokens  3  full text  0.500  0.500  0.500");
    assert.equal(
      lines[7],
      "all-MiniLM-L6-v2, 190 tokens, headings  3  full text  0.500  0.500  0.500",
    );
    assert.match(stdout, /headings +vector against no headings +[+−]0\.\d{3} ± /);
  });

  const mistakes: readonly (readonly [readonly string[], string])[] = [
    [["--chunk-tokens", "9"], "--chunk-tokens must be a whole number of at least 32, not 9.\n"],
    [["--limit-queries", "x"], "--limit-queries must be a whole number of at least 1, not x.\n"],
    [["a", "b"], "One dataset at a time, not b as well.\n"],
    [["nowhere"], "nowhere/corpus.jsonl: not found. A dataset is a folder in BEIR's layout.\n"],
  ];
  for (const [args, stderr] of mistakes) {
    it(`ends with one clear line for ${args.join(" ")}`, async () => {
      await assert.rejects(evaluate(...args), { code: 1, stderr });
    });
  }
});
