import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readManifest } from "../../../function/model/manifest.ts";
import { describeModel } from "../../../layers/model/describe.ts";
import { copyModelFolder } from "./folder-copy.ts";
import { writeOnnxGraph } from "./onnx-writer.ts";

const tiny = "test/models/tiny-embeddinggemma";
const miniLm = "models/all-MiniLM-L6-v2";

describe("describeModel", () => {
  let folders: string[];
  const copy = async (source: string) => {
    const folder = await copyModelFolder(source);
    folders.push(folder);
    return folder;
  };
  const editJson = async (path: string, edit: (content: Record<string, unknown>) => object) =>
    writeFile(path, JSON.stringify(edit(JSON.parse(await readFile(path, "utf8")))));
  const writePooling = async (folder: string, content: object) => {
    await mkdir(join(folder, "1_Pooling"), { recursive: true });
    await writeFile(join(folder, "1_Pooling/config.json"), JSON.stringify(content));
  };
  const assertRefused = (folder: string, message: RegExp, options = {}) =>
    assert.rejects(describeModel(folder, options), { name: "ModelFolderError", folder, message });

  beforeEach(() => {
    folders = [];
  });

  afterEach(async () => {
    for (const folder of folders) await rm(dirname(folder), { recursive: true });
  });

  for (const [source, dtype] of [
    [tiny, "fp32"],
    [miniLm, "q8"],
  ] as const) {
    it(`finds out of ${source} what its manifest says`, async () => {
      const { licence: _, ...expected } = await readManifest(source);

      const { licence, ...found } = await describeModel(await copy(source), { dtype });

      assert.deepEqual(found, expected);
      assert.deepEqual(licence, { name: "terms of its publisher", url: "" });
    });
  }

  it("takes the folder's own manifest where there is one", async () => {
    const folder = await copy(tiny);
    const manifest = { ...(await readManifest(tiny)), id: "of our own" };
    await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));

    assert.deepEqual(await describeModel(folder), manifest);
    assert.deepEqual(await describeModel(folder, { dtype: "fp32" }), manifest);
    assert.equal((await describeModel(folder, { dtype: "q4" })).id, "tiny-embeddinggemma");
  });

  it("prefers q4 to q8 to fp32", async () => {
    const folder = await copy(tiny);
    // The same weights under another name: only the choice is looked at.
    await writeFile(
      join(folder, "onnx/model_quantized.onnx"),
      await readFile(join(folder, "onnx/model.onnx")),
    );

    const chosen = [];
    for (const graph of ["model_q4.onnx", "model_quantized.onnx", "model.onnx"]) {
      chosen.push((await describeModel(folder)).dtype);
      await rm(join(folder, "onnx", graph));
    }

    assert.deepEqual(chosen, ["q4", "q8", "fp32"]);
    await assertRefused(folder, /expected onnx\/model_q4\.onnx or .*; there is no graph/);
  });

  for (const dtype of ["fp16", "q4f16"]) {
    it(`refuses ${dtype}, and says why`, async () => {
      const folder = await copy(tiny);
      await rename(join(folder, "onnx/model.onnx"), join(folder, `onnx/model_${dtype}.onnx`));
      await rm(join(folder, "onnx/model_q4.onnx"));

      await assertRefused(folder, /NaN on arm64, or overflow/, { dtype });
      await assertRefused(folder, new RegExp(`there is model_${dtype}.onnx .*NaN on arm64`));
    });
  }

  it("takes the smallest window that any of the files gives", async () => {
    const folder = await copy(tiny);

    await editJson(join(folder, "config.json"), (config) => ({
      ...config,
      max_position_embeddings: 1024,
    }));
    assert.equal((await describeModel(folder)).windowTokens, 1024);

    await writeFile(join(folder, "sentence_bert_config.json"), '{"max_seq_length": 512}');
    assert.equal((await describeModel(folder)).windowTokens, 512);

    await editJson(join(folder, "tokenizer_config.json"), (config) => ({
      ...config,
      model_max_length: 128,
    }));
    assert.equal((await describeModel(folder)).windowTokens, 128);
  });

  it("does not take a tokenizer's absence of a limit for one", async () => {
    const folder = await copy(tiny);
    await editJson(join(folder, "tokenizer_config.json"), (config) => ({
      ...config,
      model_max_length: 1e30,
    }));
    assert.equal((await describeModel(folder)).windowTokens, 2048);

    await editJson(
      join(folder, "config.json"),
      ({ max_position_embeddings: _, ...config }) => config,
    );
    await assertRefused(folder, /neither max_position_embeddings .* nor model_max_length/);
  });

  it("takes the prompts of sentence-transformers, by any name that it has for a document's", async () => {
    const folder = await copy(miniLm);
    const path = join(folder, "config_sentence_transformers.json");
    const prompts = async () => (await describeModel(folder)).prompts;

    assert.deepEqual(await prompts(), { document: "", query: "" });
    for (const name of ["corpus", "passage", "document"]) {
      await writeFile(path, JSON.stringify({ prompts: { [name]: `${name}: `, query: "query: " } }));
      assert.deepEqual(await prompts(), { document: `${name}: `, query: "query: " });
    }
    await writeFile(path, JSON.stringify({ prompts: { query: "query: " } }));
    assert.deepEqual(await prompts(), { document: "", query: "query: " });
  });

  it("averages the tokens only where nothing asks for another pooling", async () => {
    const folder = await copy(miniLm);
    for (const mean of [
      { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true },
      { pooling_mode: "mean" },
    ]) {
      await writePooling(folder, mean);
      assert.equal((await describeModel(folder)).pooling, "mean");
    }
    for (const other of [
      { pooling_mode_cls_token: true, pooling_mode_mean_tokens: false },
      { pooling_mode_cls_token: true, pooling_mode_mean_tokens: true },
      { pooling_mode: "cls" },
    ]) {
      await writePooling(folder, other);
      await assertRefused(folder, /1_Pooling\/config\.json asks for another pooling/);
    }
  });

  it("leaves the pooling to a graph that has sentence_embedding", async () => {
    const folder = await copy(tiny);
    await writePooling(folder, { pooling_mode: "cls" });

    assert.equal((await describeModel(folder)).pooling, "none");
  });

  for (const path of ["config.json", "tokenizer.json", "tokenizer_config.json"]) {
    it(`names ${path} when it is missing, and when it is corrupt`, async () => {
      const folder = await copy(tiny);
      const named = new RegExp(path.replace(".", "\\."));

      await truncate(join(folder, path), 50);
      await assertRefused(folder, named);
      await rm(join(folder, path));
      await assertRefused(folder, named);
    });
  }

  it("names the graph when it is corrupt", async () => {
    const folder = await copy(tiny);
    const path = join(folder, "onnx/model_q4.onnx");

    await truncate(path, 20_000);
    await assertRefused(folder, /onnx\/model_q4\.onnx is no ONNX graph: it ends in the middle/);
    await writeFile(path, "");
    await assertRefused(folder, /onnx\/model_q4\.onnx is no ONNX graph: it has no graph/);
  });

  it("names the file of weights when it is missing, and the graph when it is too short", async () => {
    const folder = await copy(tiny);
    const path = join(folder, "onnx/model_q4.onnx_data");

    await truncate(path, 1000);
    await assertRefused(folder, /onnx\/model_q4\.onnx is missing or corrupt/);
    await rm(path);
    await assertRefused(folder, /onnx\/model_q4\.onnx_data is expected in it and missing/);
  });

  it("refuses a graph whose vectors are not numbers", async () => {
    const folder = await copy(tiny);
    const path = join(folder, "onnx/model.onnx_data");
    await writeFile(path, (await readFile(path)).fill(0xff));

    await assertRefused(folder, /onnx\/model\.onnx gives no usable vector/, { dtype: "fp32" });
  });

  it("takes no weights from outside the folder, and no graph without an embedding", async () => {
    const folder = await copy(tiny);
    const path = join(folder, "onnx/model_q4.onnx");
    const secret = join(dirname(folder), "secret");
    await writeFile(secret, "of no concern to a model");

    for (const outside of ["../../secret", secret]) {
      await writeFile(path, writeOnnxGraph("sentence_embedding", [outside]));
      await assertRefused(folder, /secret is expected in it and missing/);
    }
    await writeFile(path, writeOnnxGraph("logits", []));
    await assertRefused(folder, /output sentence_embedding or last_hidden_state, not logits/);
  });

  it("says what is expected of a folder that is none", async () => {
    await assertRefused("test/models/nothing-here", /expected onnx\/model_q4\.onnx or/);
  });
});
