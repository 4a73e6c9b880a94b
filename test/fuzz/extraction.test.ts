import assert from "node:assert/strict";
import { fuzzExtractor, fuzzedFormats, isFuzzed } from "./extraction.ts";

describe("fuzzExtractor", () => {
  for (const format of fuzzedFormats.filter(isFuzzed)) {
    it(`finds an answer to every mutated document of ${format}, of which it reads some`, async () => {
      const { read, rejected, fault } = await fuzzExtractor(format, { documents: 60, seed: 7 });

      assert.equal(fault, undefined);
      assert.equal(read + rejected, 60);
      assert.ok(read > 0);
    });
  }
});
