import assert from "node:assert/strict";
import { fuzzExtractor } from "./extraction.ts";

describe("fuzzExtractor", () => {
  it("finds an answer to every mutated web page, of which it reads and rejects some", async () => {
    const { read, rejected, fault } = await fuzzExtractor("html", { documents: 60, seed: 7 });

    assert.equal(fault, undefined);
    assert.equal(read + rejected, 60);
    assert.ok(read > 0 && rejected > 0);
  });
});
