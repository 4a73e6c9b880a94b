import assert from "node:assert/strict";
import {
  createManifest,
  defaultModelId,
  isModelId,
  models,
  type PinnedModel,
} from "../../layers/models.ts";

describe("models", () => {
  for (const [id, model] of Object.entries<PinnedModel>(models)) {
    it(`pins ${id} to a commit, and its files to digests`, () => {
      assert.match(model.revision, /^[0-9a-f]{40}$/);
      for (const { bytes, sha256 } of [...model.files, ...(model.fullPrecision?.files ?? [])]) {
        assert.ok(Number.isSafeInteger(bytes) && bytes > 0);
        assert.match(sha256, /^[0-9a-f]{64}$/);
      }
    });

    it(`has the graph and the tokenizer of ${id} among its files`, () => {
      const paths = model.files.map(({ path }) => path);

      assert.ok(paths.includes(model.graph));
      assert.ok(paths.includes(model.tokenizer));
    });

    it(`gives ${id} a manifest without a word of where it comes from`, () => {
      const manifest = createManifest(id, model);

      assert.deepEqual([manifest.id, manifest.variant], [id, "published"]);
      for (const [fact, value] of Object.entries(model)) {
        const isOfThePublisher = ["repository", "revision", "fullPrecision"].includes(fact);
        const isInManifest = !isOfThePublisher && fact !== "compiledTokenizerBytes";
        const found = Object.entries(manifest).find(([name]) => name === fact)?.[1];
        assert.deepEqual(found, isInManifest ? value : undefined);
      }
    });
  }

  it("knows its own ids and no inherited name", () => {
    assert.ok(isModelId(defaultModelId));
    assert.ok(!isModelId("toString"));
    assert.ok(!isModelId("gpt"));
  });
});
