import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as v from "valibot";
import { createEmbedder, type Embedder, openEmbedder } from "../../../function/model/embedder.ts";
import { type ModelManifest, modelName, readManifest } from "../../../function/model/manifest.ts";
import type { Session } from "../../../function/model/session.ts";
import { openTokenizer } from "../../../function/model/tokenizer.ts";
import { embeddedModelFolder, testModelFolder } from "../../models/folders.ts";

const miniLmReference = v.object({
  items: v.array(
    v.object({ text: v.string(), ids: v.array(v.number()), vector: v.array(v.number()) }),
  ),
});
const gemmaReference = v.array(
  v.object({ text: v.string(), input_ids: v.array(v.number()), fp32: v.array(v.number()) }),
);

async function readReference<Schema extends v.GenericSchema>(
  schema: Schema,
  name: string,
): Promise<v.InferOutput<Schema>> {
  return v.parse(
    schema,
    JSON.parse(await readFile(new URL(`../../models/${name}`, import.meta.url), "utf8")),
  );
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

/** The references were made of the texts alone: prompts are tested apart. */
function withoutPrompts(manifest: ModelManifest): ModelManifest {
  return { ...manifest, prompts: { document: "", query: "" } };
}

describe("openEmbedder", () => {
  const opened: Embedder[] = [];
  async function open(folder: string, manifest: ModelManifest): Promise<Embedder> {
    const embedder = await openEmbedder(folder, manifest);
    opened.push(embedder);
    return embedder;
  }
  afterEach(async () => {
    for (const embedder of opened.splice(0)) await embedder.close();
  });

  it("gives PyTorch's token ids and vectors for all-MiniLM-L6-v2, as far as int8 can", async () => {
    const folder = embeddedModelFolder();
    const manifest = await readManifest(folder);
    const tokenizer = await openTokenizer(folder, manifest);
    const embedder = await open(folder, manifest);

    const { items } = await readReference(miniLmReference, "all-MiniLM-L6-v2-reference.json");
    assert.equal(items.length, 20);
    for (const { text, ids, vector } of items) {
      assert.deepEqual(tokenizer.encode(text), ids);
      const similarity = cosine(await embedder.embedDocument(text), vector);
      assert.ok(similarity >= 0.998, `${similarity} for ${text}`);
    }
  });

  it("gives PyTorch's token ids and vectors for EmbeddingGemma's architecture in fp32", async () => {
    const folder = testModelFolder("tiny-embeddinggemma");
    const manifest = withoutPrompts(await readManifest(folder));
    const tokenizer = await openTokenizer(folder, manifest);
    const embedder = await open(folder, manifest);

    const items = await readReference(gemmaReference, "tiny-embeddinggemma/reference.json");
    assert.equal(items.length, 6);
    for (const { text, input_ids, fp32 } of items) {
      assert.deepEqual(tokenizer.encode(text), input_ids);
      const similarity = cosine(await embedder.embedDocument(text), fp32);
      assert.ok(similarity >= 0.999, `${similarity} for ${text}`);
    }
  });

  it("gives vectors of length 1 and of the model's dimensions", async () => {
    const folder = embeddedModelFolder();
    const embedder = await open(folder, await readManifest(folder));

    const embedding = await embedder.embedDocument("The same text.");

    assert.equal(embedding.length, 384);
    assert.ok(Math.abs(dot(embedding, embedding) - 1) < 1e-6);
  });

  it("puts the document's prompt before a document and the query's before a query", async () => {
    const folder = testModelFolder("tiny-embeddinggemma");
    const manifest = await readManifest(folder);
    const prompted = await open(folder, manifest);
    const plain = await open(folder, withoutPrompts(manifest));

    const text = "What is a layer?";
    assert.deepEqual(
      await prompted.embedDocument(text),
      await plain.embedDocument(`title: none | text: ${text}`),
    );
    assert.deepEqual(
      await prompted.embedQuery(text),
      await plain.embedQuery(`task: search result | query: ${text}`),
    );
  });

  it("leaves room for the prompt and the special tokens in the window", async () => {
    const folder = embeddedModelFolder();
    const embedder = await open(folder, await readManifest(folder));

    assert.equal(embedder.maxDocumentTokens, 254);
    assert.equal(embedder.countTokens("one two three"), 3);
    assert.equal(embedder.countTokens("word ".repeat(400)), 400);
  });

  it("refuses a text beyond the window rather than truncating it", async () => {
    const folder = embeddedModelFolder();
    const embedder = await open(folder, await readManifest(folder));

    await embedder.embedDocument("word ".repeat(254));
    await assert.rejects(embedder.embedDocument("word ".repeat(255)), {
      name: "InvalidEmbeddingError",
      message: /257 tokens are more than its 256/,
    });
  });
});

describe("openEmbedder with a session that is still opening", () => {
  it("counts tokens meanwhile, and asks for the session again where it failed", async () => {
    const folder = testModelFolder("tiny-embeddinggemma");
    const manifest = await readManifest(folder);
    const session: Session = {
      run: async (ids) => new Float32Array(manifest.dimensions).fill(ids.length),
      close: async () => {},
    };
    const openings = [Promise.withResolvers<Session>(), Promise.withResolvers<Session>()];
    const waiting = [...openings];
    const embedder = await openEmbedder(folder, manifest, async () => {
      const opening = waiting.shift();
      assert.ok(opening);
      return opening.promise;
    });

    assert.ok(embedder.countTokens("bees") > 0);
    openings[0]?.reject(new Error("no memory"));
    await assert.rejects(embedder.embedDocument("bees"), /no memory/);
    openings[1]?.resolve(session);
    assert.equal((await embedder.embedDocument("bees")).length, manifest.dimensions);
  });
});

describe("openEmbedder on a damaged folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "model-"));
    await cp(testModelFolder("tiny-embeddinggemma"), folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  for (const [what, damage, problem] of [
    ["no manifest", () => rm(join(folder, "manifest.json")), /manifest\.json is missing/],
    ["a manifest cut short", () => truncate(join(folder, "manifest.json"), 100), /no manifest/],
    ["no tokenizer", () => rm(join(folder, "tokenizer.json")), /tokenizer\.json is missing/],
    ["a tokenizer cut short", () => truncate(join(folder, "tokenizer.json"), 1000), /no tokenizer/],
    [
      "no graph",
      () => rm(join(folder, "onnx/model.onnx")),
      /onnx\/model\.onnx is missing or corrupt/,
    ],
    [
      "a graph cut short",
      () => truncate(join(folder, "onnx/model.onnx"), 5000),
      /missing or corrupt/,
    ],
    [
      "no weights",
      () => rm(join(folder, "onnx/model.onnx_data")),
      /missing or corrupt: .*onnx_data/,
    ],
  ] as const) {
    it(`says so for ${what}`, async () => {
      await damage();

      await assert.rejects(async () => openEmbedder(folder, await readManifest(folder)), {
        name: "ModelFolderError",
        folder,
        message: problem,
      });
    });
  }

  it("says so for a graph without the output that the manifest declares", async () => {
    const manifest: ModelManifest = {
      ...(await readManifest(embeddedModelFolder())),
      pooling: "none",
    };

    await assert.rejects(openEmbedder(embeddedModelFolder(), manifest), {
      name: "ModelFolderError",
      message: /has no output sentence_embedding, only last_hidden_state/,
    });
  });
});

describe("createEmbedder", () => {
  async function embedderOf(vector: Float32Array): Promise<Embedder> {
    const manifest = await readManifest(testModelFolder("tiny-embeddinggemma"));
    return createEmbedder(
      { ...manifest, dimensions: 3 },
      { encode: (text) => [...text].map((_, index) => index), countTokens: (text) => text.length },
      { run: async () => vector, close: async () => {} },
    );
  }

  it("normalises", async () => {
    const embedder = await embedderOf(Float32Array.of(3, 0, 4));

    assert.deepEqual(await embedder.embedDocument("a"), Float32Array.of(0.6, 0, 0.8));
  });

  for (const [what, vector, problem] of [
    ["NaN", Float32Array.of(1, Number.NaN, 0), /norm NaN/],
    ["an infinity", Float32Array.of(1, Number.NEGATIVE_INFINITY, 0), /norm Infinity/],
    ["a zero vector", Float32Array.of(0, 0, 0), /norm 0/],
    ["too few dimensions", Float32Array.of(1, 0), /2 dimensions instead of 3/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const embedder = await embedderOf(vector);

      await assert.rejects(embedder.embedDocument("a"), {
        name: "InvalidEmbeddingError",
        message: problem,
      });
    });
  }
});

describe("modelName", () => {
  it("has the variant in the dtype's place, unless the graph is the published one", async () => {
    const manifest = await readManifest(embeddedModelFolder());

    assert.equal(manifest.variant, "published");
    assert.equal(
      modelName({ ...manifest, variant: "q4-level4" }),
      "all-MiniLM-L6-v2/q4-level4/p1/4a9f5c64",
    );
  });

  it("tells id, dtype, prompt version and weights apart, and not the tokenizer's file", async () => {
    const manifest = await readManifest(embeddedModelFolder());

    assert.equal(modelName(manifest), "all-MiniLM-L6-v2/q8/p1/4a9f5c64");
    assert.notEqual(modelName({ ...manifest, promptVersion: 2 }), modelName(manifest));
  });
});
