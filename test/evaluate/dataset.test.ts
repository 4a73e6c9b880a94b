import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDataset } from "../../evaluate/dataset.ts";

const good = {
  "corpus.jsonl":
    '{"_id": "d1", "title": "One", "text": "first"}\n{"_id": "d2", "text": "second"}\n',
  "queries.jsonl": '{"_id": "q1", "text": "which?", "metadata": {"kind": "short"}}\n',
  "qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\td2\t1\n",
};

describe("readDataset", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataset-"));
    await mkdir(join(folder, "qrels"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(changed: Partial<typeof good> = {}) {
    for (const [name, text] of Object.entries({ ...good, ...changed })) {
      await writeFile(join(folder, name), text);
    }
    return readDataset(folder);
  }

  it("reads documents, and questions with the documents that answer them", async () => {
    assert.deepEqual(await read(), {
      documents: [
        { id: "d1", title: "One", text: "first" },
        { id: "d2", title: "", text: "second" },
      ],
      queries: [{ id: "q1", text: "which?", kind: "short", relevance: new Map([["d2", 1]]) }],
    });
  });

  it("leaves out documents without text and questions without a relevant document", async () => {
    const dataset = await read({
      "corpus.jsonl": `${good["corpus.jsonl"]}{"_id": "d3", "title": "", "text": " "}\n`,
      "queries.jsonl": `${good["queries.jsonl"]}{"_id": "q2", "text": "and?"}\n{"_id": "q3", "text": "or?"}\n`,
      "qrels/test.tsv": `${good["qrels/test.tsv"]}q1\td1\t0\nq2\td1\t0\n`,
    });

    assert.deepEqual(
      dataset.documents.map(({ id }) => id),
      ["d1", "d2"],
    );
    assert.deepEqual(
      dataset.queries.map(({ id, relevance }) => [id, [...relevance]]),
      [["q1", [["d2", 1]]]],
    );
  });

  const faults: readonly (readonly [keyof typeof good, string, string])[] = [
    ["corpus.jsonl", '{"_id": "d1", "text": "a"}\n{"_id": "d2"', "2: expected a JSON object."],
    [
      "corpus.jsonl",
      '\n{"_id": "d1"}',
      '2: text: Invalid key: Expected "text" but received undefined',
    ],
    [
      "corpus.jsonl",
      '{"_id": 1, "text": "a"}',
      "1: _id: Invalid type: Expected string but received 1",
    ],
    ["corpus.jsonl", "[]", '1: _id: Invalid key: Expected "_id" but received undefined'],
    [
      "queries.jsonl",
      '{"_id": "q1", "text": "a"}\n{"_id": "q1", "text": "b"}',
      "2: the _id q1 is there twice.",
    ],
    ["qrels/test.tsv", "q1\td1\t1\n", "1: expected the header of BEIR's qrels."],
    [
      "qrels/test.tsv",
      `${good["qrels/test.tsv"]}q1\td1\n`,
      "3: expected a question, a document and a whole number.",
    ],
    ["qrels/test.tsv", `${good["qrels/test.tsv"]}q9\td1\t1\n`, "3: there is no question q9."],
    ["qrels/test.tsv", `${good["qrels/test.tsv"]}q1\td9\t1\n`, "3: there is no document d9."],
  ];
  for (const [name, text, problem] of faults) {
    it(`names the line of ${name} where it says: ${problem}`, async () => {
      await assert.rejects(read({ [name]: text }), {
        name: "DatasetError",
        message: `${join(folder, name)}, line ${problem}`,
      });
    });
  }

  it("names what is not there", async () => {
    await assert.rejects(readDataset(join(folder, "none")), {
      name: "DatasetError",
      message: `${join(folder, "none", "corpus.jsonl")}: not found. A dataset is a folder in BEIR's layout.`,
    });
  });
});
