import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEmbedder } from "../../../function/model/embedder.ts";
import { modelName, readManifest } from "../../../function/model/manifest.ts";
import { compileModelTokenizer } from "../../../layers/model/compiled-model.ts";
import type { Model } from "../../../layers/model/obtain.ts";
import { verifyModelFolder } from "../../../layers/model/verify.ts";
import { embeddedModelFolder, testModelFolder } from "../../models/folders.ts";

describe("compileModelTokenizer", () => {
  let parent: string;
  let folder: string;

  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "compiled-"));
    folder = join(parent, "model");
  });

  afterEach(() => rm(parent, { recursive: true }));

  const read = async (source: string): Promise<Model> => ({
    folder: source,
    manifest: await readManifest(source),
  });

  it("makes a whole model folder with tokenizer.bin in the place of tokenizer.json", async () => {
    const source = await read(testModelFolder("tiny-embeddinggemma"));

    const { model, refusal } = await compileModelTokenizer(source, folder);

    assert.equal(refusal, undefined);
    assert.equal(model.folder, folder);
    assert.equal(model.manifest.tokenizer, "tokenizer.bin");
    assert.deepEqual(await readManifest(folder), model.manifest);
    await verifyModelFolder(folder, model.manifest);
    assert.deepEqual((await readdir(folder)).sort(), ["manifest.json", "onnx", "tokenizer.bin"]);
  });

  it("changes no embedding and not the name that embeddings are stored under", async () => {
    const source = await read(testModelFolder("tiny-embeddinggemma"));
    const { model } = await compileModelTokenizer(source, folder);

    const vectors = [];
    for (const { folder, manifest } of [source, model]) {
      const embedder = await openEmbedder(folder, manifest);
      vectors.push(await embedder.embedDocument("Straße 12, 東京 🚆"));
      await embedder.close();
    }

    assert.deepEqual(vectors[1], vectors[0]);
    assert.equal(modelName(model.manifest), modelName(source.manifest));
  });

  it("leaves a model whose tokenizer is of another kind as it is, and says why", async () => {
    const source = await read(embeddedModelFolder());

    const { model, refusal } = await compileModelTokenizer(source, folder);

    assert.equal(model, source);
    assert.match(refusal?.message ?? "", /^tokenizer\.json cannot be compiled: normalizer/);
    assert.deepEqual(await readdir(parent), []);
  });
});
