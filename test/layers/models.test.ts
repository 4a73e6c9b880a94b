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
      for (const { bytes, sha256 } of model.files) {
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
      const { id: manifestId, variant, ...facts } = createManifest(id, model);
      const { repository: _, revision: __, compiledTokenizerBytes: ___, ...expected } = model;

      assert.equal(manifestId, id);
      assert.equal(variant, "published");
      assert.deepEqual(facts, expected);
    });
  }

  it("knows its own ids and no inherited name", () => {
    assert.ok(isModelId(defaultModelId));
    assert.ok(!isModelId("toString"));
    assert.ok(!isModelId("gpt"));
  });
});
