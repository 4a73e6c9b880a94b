import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readFullTokenizer, unpackStandIn } from "../../bench/stand-in.ts";
import { openEmbedder } from "../../function/model/embedder.ts";
import { compileTokenizer } from "../../layers/model/compile-tokenizer.ts";
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

  it("has a tokenizer that takes, compiled, what the sizes count for the pinned one", async () => {
    const { length } = compileTokenizer(await readFullTokenizer());

    assert.equal(length, models["embeddinggemma-300m"].compiledTokenizerBytes);
  });
});
