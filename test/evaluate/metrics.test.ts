import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import * as v from "valibot";
import { meanMetrics, measureRanking } from "../../evaluate/metrics.ts";

/** What trec_eval says of random rankings (ndcg_cut.10, recall.10, recip_rank of the first ten). */
const casesSchema = v.array(
  v.object({
    relevance: v.record(v.string(), v.number()),
    ranking: v.array(v.string()),
    ndcg: v.number(),
    recall: v.number(),
    reciprocalRank: v.number(),
  }),
);

describe("measureRanking", () => {
  it("gives what trec_eval gives", async () => {
    const path = new URL("../fixtures/trec-eval.json", import.meta.url);
    const cases = v.parse(casesSchema, JSON.parse(await readFile(path, "utf8")));
    assert.equal(cases.length, 8);

    for (const { relevance, ranking, ...expected } of cases) {
      const metrics = measureRanking(ranking, new Map(Object.entries(relevance)));

      assert.ok(Math.abs(metrics.ndcg - expected.ndcg) < 1e-12);
      assert.equal(metrics.recall, expected.recall);
      assert.equal(metrics.reciprocalRank, expected.reciprocalRank);
    }
  });

  it("discounts a relevant document at the second rank by log2(3)", () => {
    const metrics = measureRanking(["a", "b"], new Map([["b", 1]]));

    assert.deepEqual(metrics, { ndcg: 1 / Math.log2(3), recall: 1, reciprocalRank: 0.5 });
  });

  it("counts nothing beyond the tenth rank", () => {
    const ranking = [..."abcdefghij", "found"];

    assert.deepEqual(measureRanking(ranking, new Map([["found", 1]])), {
      ndcg: 0,
      recall: 0,
      reciprocalRank: 0,
    });
  });

  it("gives 1 for ten relevant documents where there are more, and the recall that this is", () => {
    const relevance = new Map([..."abcdefghijklmnopqrst"].map((id) => [id, 1]));

    assert.deepEqual(measureRanking([..."jihgfedcba"], relevance), {
      ndcg: 1,
      recall: 0.5,
      reciprocalRank: 1,
    });
  });
});

describe("meanMetrics", () => {
  it("averages each figure over the questions", () => {
    const measured = [
      { ndcg: 1, recall: 0.5, reciprocalRank: 1 },
      { ndcg: 0, recall: 0.25, reciprocalRank: 0.5 },
    ];

    assert.deepEqual(meanMetrics(measured), { ndcg: 0.5, recall: 0.375, reciprocalRank: 0.75 });
  });
});
