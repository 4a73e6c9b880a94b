import assert from "node:assert/strict";
import type { ThreadedFormat } from "../../function/text/extraction-thread.ts";
import { loadExtractor } from "../../function/text/extractors.ts";
import { fuzzExtractor } from "./extraction.ts";

const isExtractor = (name: string): name is ThreadedFormat => Object.hasOwn(loadExtractor, name);

describe("fuzzExtractor", () => {
  for (const format of Object.keys(loadExtractor).filter(isExtractor)) {
    it(`finds an answer to every mutated document of ${format}, of which it reads some`, async () => {
      const { read, rejected, fault } = await fuzzExtractor(format, { documents: 60, seed: 7 });

      assert.equal(fault, undefined);
      assert.equal(read + rejected, 60);
      assert.ok(read > 0);
    });
  }
});
