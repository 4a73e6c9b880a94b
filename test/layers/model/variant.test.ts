import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openEmbedder } from "../../../function/model/embedder.ts";
import { modelName, readManifest } from "../../../function/model/manifest.ts";
import { describeModel } from "../../../layers/model/describe.ts";
import type { Model } from "../../../layers/model/obtain.ts";
import { makeDefaultVariant, makeVariant } from "../../../layers/model/variant.ts";
import { verifyModelFolder } from "../../../layers/model/verify.ts";
import { copyModelFolder } from "./folder-copy.ts";
import { withLevels } from "./levels.ts";

const tiny = "test/models/tiny-embeddinggemma";
const graphPath = "onnx/model_q4.onnx";

describe("makeVariant", () => {
  let folder: string;
  let source: Model;
  let target: string;

  beforeEach(async () => {
    folder = await copyModelFolder(tiny);
    const path = join(folder, graphPath);
    await writeFile(
      path,
      withLevels(await readFile(path), () => undefined),
    );
    source = { folder, manifest: await describeModel(folder) };
    target = join(await mkdtemp(join(tmpdir(), "variant-")), "model");
  });

  afterEach(async () => {
    await rm(dirname(folder), { recursive: true });
    await rm(dirname(target), { recursive: true });
  });

  /** Every scale reads as NaN then. */
  async function fillWeightsWithNaN(): Promise<void> {
    const weights = join(folder, `${graphPath}_data`);
    await writeFile(weights, Buffer.alloc((await stat(weights)).size, 0xff));
  }

  async function embed({ folder, manifest }: Model): Promise<Float32Array> {
    const embedder = await openEmbedder(folder, manifest);
    try {
      return await embedder.embedDocument("The bees came back in April.");
    } finally {
      await embedder.close();
    }
  }

  it("makes a whole model folder, compared with its source", async () => {
    const { model, changedNodes, similarities } = await makeVariant(source, "q4-level4", target);

    assert.equal(changedNodes, 14);
    assert.ok(similarities.length >= 10);
    assert.ok(similarities.every(({ cosine }) => cosine >= 0.998 && cosine < 1.000001));
    assert.deepEqual(await readManifest(target), model.manifest);
    await verifyModelFolder(target, model.manifest);
    const paths = model.manifest.files.map(({ path }) => path);
    assert.deepEqual(
      paths,
      source.manifest.files.map(({ path }) => path),
    );
  });

  it("makes the graph that an exporter with the same setting makes, to the last digit", async () => {
    const { model } = await makeVariant(source, "q4-level4", target);

    const exported = { folder: tiny, manifest: await describeModel(tiny, { dtype: "q4" }) };
    assert.deepEqual(await embed(model), await embed(exported));
    assert.notDeepEqual(await embed(model), await embed(source));
  });

  it("names the variant where embeddings are named, so that they never mix", async () => {
    const { model } = await makeVariant(source, "q4-level4", target);

    assert.match(modelName(source.manifest), /^tiny-embeddinggemma\/q4\/p1\/[0-9a-f-]{17}$/);
    assert.match(modelName(model.manifest), /^tiny-embeddinggemma\/q4-level4\/p1\/[0-9a-f-]{17}$/);
  });

  it("compares once what has not changed since", async () => {
    const first = await makeVariant(source, "q4-level4", target);
    // Nothing but a comparison would give other numbers than these.
    const path = join(target, "comparison.json");
    const record = JSON.parse(await readFile(path, "utf8"));
    const similarities = [{ tokens: 1, cosine: 0.999 }];
    await writeFile(path, JSON.stringify({ ...record, similarities }));

    const second = await makeVariant(source, "q4-level4", target);
    assert.deepEqual(second, { ...first, similarities });

    // Removed first: what lies there is the source's own file.
    await rm(join(target, "tokenizer.json"));
    await writeFile(join(target, "tokenizer.json"), "{}");
    const third = await makeVariant(source, "q4-level4", target);
    assert.deepEqual(third, first);
    await verifyModelFolder(target, third.model.manifest);
  });

  it("leaves the source as it is, and takes no second place on the disk for its weights", async () => {
    await makeVariant(source, "q4-level4", target);

    await verifyModelFolder(folder, source.manifest);
    const weights = `${graphPath}_data`;
    assert.equal((await stat(join(target, weights))).ino, (await stat(join(folder, weights))).ino);
  });

  it("gives the source itself as the published variant, and where nothing is to be changed", async () => {
    const exported = { folder: tiny, manifest: await describeModel(tiny, { dtype: "q4" }) };

    for (const [model, variant] of [
      [source, "published"],
      [exported, "q4-level4"],
    ] as const) {
      const made = await makeVariant(model, variant, target);
      assert.deepEqual(made, { model, changedNodes: 0, similarities: [] });
      assert.equal(made.model.manifest.variant, "published");
    }
    assert.deepEqual(await readdir(dirname(target)), []);
  });

  it("refuses a graph with other vectors than its source, and leaves nothing of it", async () => {
    await assert.rejects(makeVariant(source, "q4-level4", target, { minCosine: 1.1 }), {
      name: "GraphDivergedError",
      message: /cosine is 0\.99\d+, expected at least 1\.1\. .*--variant published/,
    });
    assert.deepEqual(await readdir(dirname(target)), []);
  });

  it("refuses a graph that gives NaN", async () => {
    await fillWeightsWithNaN();

    await assert.rejects(makeVariant(source, "q4-level4", target, { minCosine: -1 }), {
      name: "GraphDivergedError",
      message: /cosine is NaN/,
    });
  });

  describe("by default", () => {
    it("makes q4-level4 of a model in 4 bits", async () => {
      const { model, refusal } = await makeDefaultVariant(source, target);

      assert.equal(model.manifest.variant, "q4-level4");
      assert.equal(refusal, undefined);
    });

    it("leaves a model of another dtype as it was published", async () => {
      const model = { folder: tiny, manifest: await describeModel(tiny, { dtype: "fp32" }) };

      assert.deepEqual(await makeDefaultVariant(model, target), {
        model,
        changedNodes: 0,
        similarities: [],
      });
    });

    it("leaves a graph that it does not recognise as it was published, and says why", async () => {
      const path = join(folder, graphPath);
      await writeFile(
        path,
        withLevels(await readFile(path), () => 1),
      );

      const { model, refusal } = await makeDefaultVariant(source, target);

      assert.equal(model, source);
      assert.match(refusal?.message ?? "", /this one has: 14 of 4 bits with level 1\./);
    });

    it("leaves a graph whose vectors would change as it was published, and says why", async () => {
      await fillWeightsWithNaN();

      const { model, refusal } = await makeDefaultVariant(source, target);

      assert.equal(model, source);
      assert.match(refusal?.message ?? "", /their cosine is NaN, expected at least 0\.998\./);
    });
  });
});
