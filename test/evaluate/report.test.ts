import assert from "node:assert/strict";
import type { Dataset } from "../../evaluate/dataset.ts";
import type { Evaluation } from "../../evaluate/evaluation.ts";
import { evaluationReport } from "../../evaluate/report.ts";

const dataset: Dataset = {
  documents: [
    { id: "a", title: "", text: "a" },
    { id: "b", title: "", text: "b" },
  ],
  queries: [
    { id: "q1", text: "?", kind: "names", relevance: new Map([["a", 1]]) },
    {
      id: "q2",
      text: "?",
      kind: "wishes",
      relevance: new Map([
        ["a", 1],
        ["b", 1],
      ]),
    },
  ],
};

function metrics(...values: number[]) {
  return values.map((value) => ({ ndcg: value, recall: value, reciprocalRank: value }));
}

const without: Evaluation = {
  model: "tiny",
  chunkTokens: 190,
  headings: "none",
  chunks: 1234,
  measured: { vector: metrics(0, 0.5), "full text": metrics(1, 0), hybrid: metrics(1, 0.25) },
};
const withThem: Evaluation = {
  ...without,
  headings: "embedded",
  measured: { ...without.measured, vector: metrics(0.5, 1), hybrid: metrics(0.5, 0.5) },
};

describe("evaluationReport", () => {
  it("shows the means, those of each kind of question, and what makes a difference", () => {
    assert.deepEqual(evaluationReport(dataset, [without, withThem]), [
      "2 documents, 2 questions with 3 relevant documents",
      "",
      "                            chunks             nDCG@10  recall@10  MRR@10",
      "tiny, 190 tokens             1,234     vector    0.250      0.250   0.250",
      "tiny, 190 tokens             1,234  full text    0.500      0.500   0.500",
      "tiny, 190 tokens             1,234     hybrid    0.625      0.625   0.625",
      "tiny, 190 tokens, headings   1,234     vector    0.750      0.750   0.750",
      "tiny, 190 tokens, headings   1,234  full text    0.500      0.500   0.500",
      "tiny, 190 tokens, headings   1,234     hybrid    0.500      0.500   0.500",
      "",
      "nDCG@10 by kind of question             names  wishes",
      "                                            1       1",
      "tiny, 190 tokens                vector  0.000   0.500",
      "tiny, 190 tokens             full text  1.000   0.000",
      "tiny, 190 tokens                hybrid  1.000   0.250",
      "tiny, 190 tokens, headings      vector  0.500   1.000",
      "tiny, 190 tokens, headings   full text  1.000   0.000",
      "tiny, 190 tokens, headings      hybrid  0.500   0.500",
      "",
      "Difference in nDCG@10, and half of its 95 % interval: what is smaller may be chance.",
      "tiny, 190 tokens                 hybrid against vector  +0.375 ± 1.225",
      "tiny, 190 tokens              hybrid against full text  +0.125 ± 0.245",
      "tiny, 190 tokens, headings       hybrid against vector  −0.250 ± 0.490",
      "tiny, 190 tokens, headings    hybrid against full text  +0.000 ± 0.980",
      "tiny, 190 tokens, headings  vector against no headings  +0.500 ± 0.000",
      "tiny, 190 tokens, headings  hybrid against no headings  −0.125 ± 0.735",
    ]);
  });

  it("leaves out the kinds where the dataset has none, and the margin of a single question", () => {
    const { documents, queries } = dataset;
    const single = queries.slice(0, 1).map((query) => ({ ...query, kind: undefined }));
    const measured = { vector: metrics(0), "full text": metrics(1), hybrid: metrics(1) };

    const lines = evaluationReport({ documents, queries: single }, [{ ...without, measured }]);

    assert.deepEqual(lines.slice(7), [
      "Difference in nDCG@10, and half of its 95 % interval: what is smaller may be chance.",
      "tiny, 190 tokens     hybrid against vector  +1.000",
      "tiny, 190 tokens  hybrid against full text  +0.000",
    ]);
  });
});
