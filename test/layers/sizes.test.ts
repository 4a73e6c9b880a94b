import assert from "node:assert/strict";
import { limitBytes } from "../../layers/budget.ts";
import { defaultModelId, models, type PinnedModel } from "../../layers/models.ts";
import { sizeReport } from "../../layers/sizes.ts";

describe("sizeReport", () => {
  it("has each model for each architecture, one that has it in fp32 in int8 too, and adds up their parts", async () => {
    const sizes = await sizeReport();

    const found = sizes.map(({ architecture, model, quantization }) =>
      [architecture, model, quantization].join(" "),
    );
    const built = ["300m q4", "300m int8", "2 q4"].map((name) => `embeddinggemma-${name}`);
    const all = [...built, "all-MiniLM-L6-v2 q8"];
    assert.deepEqual(found, [
      ...all.map((name) => `arm64 ${name}`),
      ...all.map((name) => `x64 ${name}`),
    ]);
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
      const found = sizes.filter((size) => size.model === id && size.quantization === model.dtype);
      assert.equal(found.length, 2);
      for (const { modelBytes } of found) {
        assert.ok(modelBytes > filesBytes && modelBytes < filesBytes + 2_000);
      }
    }
  });

  it("finds room for the default model on both architectures, and in int8 on arm64 alone", async () => {
    const sizes = await sizeReport();

    const found = sizes.filter(({ model }) => model === defaultModelId);
    assert.deepEqual(
      found.map(({ architecture, quantization, shareOfLimit }) => [
        `${architecture} ${quantization}`,
        shareOfLimit < 1,
      ]),
      [
        ["arm64 q4", true],
        ["arm64 int8", true],
        ["x64 q4", true],
        ["x64 int8", false],
      ],
    );
  });
});
