import assert from "node:assert/strict";
import { limitBytes } from "../../layers/budget.ts";
import { compileTokenizer } from "../../layers/model/compile-tokenizer.ts";
import { defaultModelId, models, type PinnedModel } from "../../layers/models.ts";
import { sizeReport } from "../../layers/sizes.ts";
import { embeddingGemmaDefinition } from "../models/tokenizers.ts";

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

  it("counts of a model its pinned files, the tokenizer compiled, the manifest and the notice", async () => {
    const sizes = await sizeReport();

    for (const { model, modelBytes } of sizes) {
      const pinned = Object.entries<PinnedModel>(models).find(([id]) => id === model)?.[1];
      assert.ok(pinned);
      const expected = pinned.files
        .map(({ path, bytes }) =>
          path === pinned.tokenizer ? (pinned.compiledTokenizerBytes ?? bytes) : bytes,
        )
        .reduce((sum, bytes) => sum + bytes);
      assert.ok(modelBytes > expected && modelBytes < expected + 2_000);
    }
  });

  it("finds room for the default model on both architectures", async () => {
    const sizes = await sizeReport();

    const shares = sizes
      .filter(({ model }) => model === defaultModelId)
      .map(({ shareOfLimit }) => shareOfLimit < 1);
    assert.deepEqual(shares, [true, true]);
  });

  it("takes the size of EmbeddingGemma's compiled tokenizer from one that has the same tokens", async () => {
    const compiled = compileTokenizer(await embeddingGemmaDefinition());

    assert.equal(models["embeddinggemma-300m"].compiledTokenizerBytes, compiled.length);
  });
});
