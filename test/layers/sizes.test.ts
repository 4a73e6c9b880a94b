import assert from "node:assert/strict";
import { limitBytes } from "../../layers/budget.ts";
import { defaultModelId, models, type PinnedModel } from "../../layers/models.ts";
import { sizeReport } from "../../layers/sizes.ts";

describe("sizeReport", () => {
  it("has each model for each architecture, and adds up their parts", async () => {
    const sizes = await sizeReport();

    const pairs = sizes.map(({ architecture, model }) => `${architecture} ${model}`);
    const ids = Object.keys(models);
    assert.deepEqual(pairs, [...ids.map((id) => `arm64 ${id}`), ...ids.map((id) => `x64 ${id}`)]);
    for (const size of sizes) {
      const { functionBytes, dependenciesBytes, modelBytes, unzippedBytes, shareOfLimit } = size;
      assert.equal(unzippedBytes, functionBytes + dependenciesBytes + modelBytes);
      assert.equal(shareOfLimit, unzippedBytes / limitBytes);
    }
  });

  it("counts of a model its pinned files, the manifest and the notice, and a tokenizer as it is compiled", async () => {
    const sizes = await sizeReport();

    for (const [id, model] of Object.entries<PinnedModel>(models)) {
      const bytes = model.files.map((file) =>
        file.path === model.tokenizer ? (model.compiledTokenizerBytes ?? file.bytes) : file.bytes,
      );
      const filesBytes = bytes.reduce((sum, fileBytes) => sum + fileBytes, 0);
      const found = sizes.filter((size) => size.model === id);
      assert.equal(found.length, 2);
      for (const { modelBytes } of found) {
        assert.ok(modelBytes > filesBytes && modelBytes < filesBytes + 2_000);
      }
    }
  });

  it("finds room for the default model on both architectures", async () => {
    const sizes = await sizeReport();

    const found = sizes.filter(({ model }) => model === defaultModelId);
    assert.deepEqual(
      found.map(({ architecture, shareOfLimit }) => [architecture, shareOfLimit < 1]),
      [
        ["arm64", true],
        ["x64", true],
      ],
    );
  });
});
