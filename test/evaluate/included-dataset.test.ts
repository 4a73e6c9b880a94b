import assert from "node:assert/strict";
import { readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Dataset, readDataset } from "../../evaluate/dataset.ts";

const folder = fileURLToPath(new URL("../../evaluate/dataset/", import.meta.url));

describe("the included dataset", () => {
  let dataset: Dataset;
  before(async () => {
    dataset = await readDataset(folder);
  });

  it("is what its README says, and each document that is meant is there", () => {
    const kinds = Map.groupBy(dataset.queries, ({ kind }) => kind);

    assert.equal(dataset.documents.length, 285);
    assert.deepEqual(
      Object.fromEntries([...kinds].map(([kind, queries]) => [kind, queries.length])),
      { paraphrase: 50, question: 54, identifier: 33, keywords: 22, german: 6 },
    );
    assert.equal(
      dataset.queries.reduce((sum, { relevance }) => sum + relevance.size, 0),
      257,
    );
  });

  it("has no text and no question twice", () => {
    const texts = dataset.documents.map(({ title, text }) => `${title}\n${text}`);
    const questions = dataset.queries.map(({ text }) => text);

    assert.equal(new Set(texts).size, texts.length);
    assert.equal(new Set(questions).size, questions.length);
  });

  it("has each name that is asked for as it is written in a document that is meant", () => {
    const byId = new Map(dataset.documents.map((document) => [document.id, document]));
    for (const { kind, text, relevance } of dataset.queries) {
      if (kind !== "identifier") continue;
      const name = text.split(/[ =()]/).find((word) => /[A-Z_.-]/.test(word)) ?? text;
      const found = [...relevance.keys()].some((id) => byId.get(id)?.text.includes(name));

      assert.ok(found, text);
    }
  });

  it("has the licence of Node.js beside it", async () => {
    const licence = await readFile(`${folder}LICENSE-node`, "utf8");

    assert.match(licence, /Copyright Node\.js contributors/);
    assert.match(licence, /Permission is hereby granted, free of charge/);
  });

  it("is small", async () => {
    const sizes = await Promise.all(
      ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"].map((name) => stat(`${folder}${name}`)),
    );

    assert.ok(sizes.reduce((sum, { size }) => sum + size, 0) < 1_500_000);
  });
});
