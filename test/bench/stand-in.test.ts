import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFullTokenizer, unpackStandIn } from "../../bench/stand-in.ts";
import { openEmbedder } from "../../function/model/embedder.ts";
import { compileTokenizer } from "../../layers/model/compile-tokenizer.ts";
import { makeVariant } from "../../layers/model/variant.ts";
import { models } from "../../layers/models.ts";

describe("the stand-in", () => {
  it("unpacks to a model of the pinned one's size that embeds", async () => {
    const folder = await mkdtemp(join(tmpdir(), "stand-in-"));

    const { manifest } = await unpackStandIn(folder);

    const { files, ...pinned } = models["embeddinggemma-300m"];
    const bytes = (list: typeof manifest.files, path: string) =>
      list.find((file) => file.path === path)?.bytes;
    const weights = "onnx/model_q4.onnx_data";
    assert.equal(bytes(manifest.files, weights), bytes([...files], weights));
    for (const fact of ["dtype", "dimensions", "windowTokens", "prompts", "pooling"] as const) {
      assert.deepEqual(manifest[fact], pinned[fact]);
    }
    const embedder = await openEmbedder(folder, manifest);
    assert.equal((await embedder.embedDocument("A short text.")).length, 768);
    await embedder.close();
    await rm(folder, { recursive: true });
  });

  it("is built anew with global and local layers, and takes in int8 what the sizes count", async function () {
    this.timeout(180_000);
    const folder = await mkdtemp(join(tmpdir(), "stand-in-"));
    const source = await unpackStandIn(join(folder, "source"));

    for (const variant of ["q4-level4", "int8"] as const) {
      // Weights that were not trained.
      const options = { minCosine: 0.97 };
      const { model, refusals } = await makeVariant(
        source,
        variant,
        join(folder, variant),
        options,
      );

      assert.deepEqual(refusals, []);
      const built = model.manifest.files.filter(({ path }) => path.startsWith("onnx/"));
      const bytes = built.reduce((sum, file) => sum + file.bytes, 0);
      const { files, fullPrecision } = models["embeddinggemma-300m"];
      if (variant === "int8") assert.equal(bytes, fullPrecision.int8Bytes);
      else assert.ok(bytes < files[0].bytes + files[1].bytes);
    }
    await rm(folder, { recursive: true });
  });

  it("has a tokenizer that takes, compiled, what the sizes count for the pinned one", async () => {
    const { length } = compileTokenizer(await readFullTokenizer());

    assert.equal(length, models["embeddinggemma-300m"].compiledTokenizerBytes);
  });
});
