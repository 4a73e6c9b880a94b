import assert from "node:assert/strict";
import { limitBytes } from "../../layers/budget.ts";
import { models } from "../../layers/models.ts";
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

  it("counts of a model its pinned files, the manifest and the notice", async () => {
    const sizes = await sizeReport();

    for (const { model, modelBytes } of sizes) {
      const { files } = Object.entries(models).find(([id]) => id === model)?.[1] ?? { files: [] };
      const pinnedBytes = files.reduce((sum, { bytes }) => sum + bytes, 0);
      assert.ok(modelBytes > pinnedBytes && modelBytes < pinnedBytes + 2_000);
    }
  });

  it("finds room for the default model on the default architecture", async () => {
    const sizes = await sizeReport();

    const size = sizes.find((s) => s.model === "embeddinggemma-300m" && s.architecture === "arm64");
    assert.ok(size && size.shareOfLimit < 1, JSON.stringify(size));
  });
});
