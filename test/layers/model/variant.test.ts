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
import { withOperator } from "./graph-edits.ts";
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
    const { model, similarities, refusals } = await makeVariant(source, "q4-level4", target);

    assert.ok(similarities.length >= 10);
    assert.ok(similarities.every(({ cosine }) => cosine >= 0.998 && cosine < 1.000001));
    assert.deepEqual(refusals, []);
    assert.deepEqual(await readManifest(target), model.manifest);
    await verifyModelFolder(target, model.manifest);
    assert.deepEqual(
      model.manifest.files.map(({ path }) => path),
      ["onnx/q4-level4.onnx", "onnx/q4-level4.onnx_data", "tokenizer.json"],
    );
    assert.equal(model.manifest.graph, "onnx/q4-level4.onnx");
  });

  it("makes int8 of a model in fp32 and the table of the one in 4 bits, compared with fp32", async () => {
    const fullPrecision = { folder: tiny, manifest: await describeModel(tiny, { dtype: "fp32" }) };
    const options = { fullPrecision, minCosine: 0.98 };

    const { model, similarities } = await makeVariant(source, "int8", target, options);

    assert.equal(model.manifest.variant, "int8");
    assert.ok(similarities.every(({ cosine }) => cosine >= 0.98 && cosine < 1));
    const names = await readdir(join(target, "onnx"));
    assert.deepEqual(names.sort(), ["int8.onnx", "int8.onnx_data"]);
    await assert.rejects(makeVariant(source, "int8", target, { fullPrecision }), {
      name: "GraphDivergedError",
      message: /^The variant int8 .* expected at least 0\.99\./,
    });
  });

  describe("of a graph in 4 bits that is no EmbeddingGemma", () => {
    const factorDivides = ["Mul", "Div"] as const;

    beforeEach(async () => {
      const path = join(folder, graphPath);
      await writeFile(path, withOperator(await readFile(path), factorDivides, 0));
      source = { folder, manifest: await describeModel(folder) };
    });

    it("sets the level alone, to the last digit as an exporter does", async () => {
      const exported = await copyModelFolder(tiny);
      const path = join(exported, graphPath);
      await writeFile(path, withOperator(await readFile(path), factorDivides, 0));
      const expected = await embed({ folder: exported, manifest: await describeModel(exported) });

      const { model, refusals } = await makeVariant(source, "q4-level4", target);

      assert.deepEqual(await embed(model), expected);
      assert.notDeepEqual(await embed(model), await embed(source));
      assert.deepEqual(
        refusals.map(({ name, message }) => [name, message.includes("no table of 4 bits")]),
        [["GraphNotRecognisedError", true]],
      );
      await rm(dirname(exported), { recursive: true });
    });

    it("takes no second place on the disk for its weights", async () => {
      await makeVariant(source, "q4-level4", target);

      const weights = `${graphPath}_data`;
      assert.equal(
        (await stat(join(target, weights))).ino,
        (await stat(join(folder, weights))).ino,
      );
    });

    it("gives the source itself where each node has the level", async () => {
      const path = join(folder, graphPath);
      await writeFile(
        path,
        withLevels(await readFile(path), () => 4),
      );

      const { model, similarities } = await makeVariant(source, "q4-level4", target);

      assert.equal(model, source);
      assert.deepEqual(similarities, []);
      assert.deepEqual(await readdir(dirname(target)), []);
    });

    it("refuses to make int8 of it, and says what it found", async () => {
      await assert.rejects(makeVariant(source, "int8", target), {
        name: "GraphNotRecognisedError",
        found: "no table of 4 bits, 16 matrix products, 14 of 4 bits, 13 norms",
      });
    });
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

    const weights = join(folder, `${graphPath}_data`);
    const bytes = await readFile(weights);
    await writeFile(weights, bytes.fill(0x11, 1000, 1016));
    source = { folder, manifest: await describeModel(folder) };
    const third = await makeVariant(source, "q4-level4", target);
    assert.ok(third.similarities.length >= 10);
  });

  it("leaves the source as it is", async () => {
    await makeVariant(source, "q4-level4", target);

    await verifyModelFolder(folder, source.manifest);
  });

  it("gives the source itself as the published variant", async () => {
    await makeVariant(source, "q4-level4", target);

    const made = await makeVariant(source, "published", target);

    assert.deepEqual(made, { model: source, similarities: [], refusals: [] });
    assert.equal(made.model.manifest.variant, "published");
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
      const { model, refusals } = await makeDefaultVariant(source, target);

      assert.equal(model.manifest.variant, "q4-level4");
      assert.deepEqual(refusals, []);
    });

    it("leaves a model of another dtype as it was published", async () => {
      const model = { folder: tiny, manifest: await describeModel(tiny, { dtype: "fp32" }) };

      assert.deepEqual(await makeDefaultVariant(model, target), {
        model,
        similarities: [],
        refusals: [],
      });
    });

    it("leaves a graph that it does not recognise as it was published, and says why", async () => {
      const path = join(folder, graphPath);
      const levelled = withLevels(await readFile(path), () => 1);
      await writeFile(path, withOperator(levelled, ["Mul", "Div"], 0));

      const { model, refusals } = await makeDefaultVariant(source, target);

      assert.equal(model, source);
      assert.match(
        refusals.map(({ message }) => message).join(),
        /this graph has: 14 of 4 bits with level 1\./,
      );
    });

    it("leaves a graph whose vectors would change as it was published, and says why", async () => {
      await fillWeightsWithNaN();

      const { model, refusals } = await makeDefaultVariant(source, target);

      assert.equal(model, source);
      assert.match(
        refusals.map(({ message }) => message).join(),
        /their cosine is NaN, expected at least 0\.998\./,
      );
    });
  });
});
