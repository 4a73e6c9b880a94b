import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest } from "../../../function/model/manifest.ts";
import { describeModel } from "../../../layers/model/describe.ts";
import { obtainFullPrecision, obtainModel } from "../../../layers/model/obtain.ts";
import { createManifest, models } from "../../../layers/models.ts";
import { startHub } from "./hub.ts";

const tiny = "test/models/tiny-embeddinggemma";

describe("obtainFullPrecision", () => {
  it("gives the model in fp32 that lies in the same folder", async () => {
    const model = { folder: tiny, manifest: await describeModel(tiny, { dtype: "q4" }) };

    const { folder, manifest } = await obtainFullPrecision(tiny, model);

    assert.equal(folder, tiny);
    assert.deepEqual(manifest, await describeModel(tiny, { dtype: "fp32" }));
  });

  it("asks the hub for a pinned model's, beside the files that are there", async () => {
    const hub = await startHub(new Map());
    const folder = await mkdtemp(join(tmpdir(), "obtain-"));
    const id = "embeddinggemma-300m";
    const model = { folder, manifest: createManifest(id, models[id]) };

    await assert.rejects(obtainFullPrecision(id, model, { hubUrl: hub.url }), {
      name: "HubRefusalError",
    });

    const { repository, revision } = models[id];
    const path = `/${repository}/resolve/${revision}/onnx/model.onnx`;
    assert.deepEqual(hub.requests, [{ path, range: undefined }]);
    await hub.close();
    await rm(folder, { recursive: true });
  });

  it("names what is expected where there is no fp32", async () => {
    const folder = "models/all-MiniLM-L6-v2";
    const model = { folder, manifest: await readManifest(folder) };

    await assert.rejects(obtainFullPrecision("all-MiniLM-L6-v2", model), {
      name: "ModelFolderError",
      message: /expected onnx\/model\.onnx; there is model_quantized\.onnx/,
    });
  });
});

describe("obtainModel", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "obtain-"));
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("gives a model that lies in the repository without asking the hub", async () => {
    const hub = await startHub(new Map());

    const model = await obtainModel("all-MiniLM-L6-v2", { hubUrl: hub.url });

    assert.deepEqual(model.manifest, await readManifest("models/all-MiniLM-L6-v2"));
    assert.deepEqual(hub.requests, []);
    await hub.close();
  });

  it("asks the hub for a pinned model that does not", async () => {
    const hub = await startHub(new Map());
    const { repository, revision, graph } = models["embeddinggemma-300m"];

    await assert.rejects(
      obtainModel("embeddinggemma-300m", { hubUrl: hub.url, downloadFolder: folder }),
      { name: "HubRefusalError" },
    );

    const path = `/${repository}/resolve/${revision}/${graph}`;
    assert.deepEqual(hub.requests, [{ path, range: undefined }]);
    await hub.close();
  });

  it("gives the model in a folder", async () => {
    const model = await obtainModel(tiny);

    assert.deepEqual(model, { folder: tiny, manifest: await readManifest(tiny) });
  });

  it("refuses a folder with a file that is not as its manifest says", async () => {
    await cp(tiny, folder, { recursive: true });
    await appendFile(join(folder, "tokenizer.json"), " ");

    await assert.rejects(obtainModel(folder), {
      name: "ModelFolderError",
      message: /tokenizer\.json/,
    });
  });

  it("names the models that there are when there is none of that name", async () => {
    await assert.rejects(obtainModel("embeddinggema"), {
      name: "UnknownModelError",
      message:
        "There is no model embeddinggema: expected embeddinggemma-300m, embeddinggemma-2, " +
        "all-MiniLM-L6-v2, or the path of a folder.",
    });
    await assert.rejects(obtainModel("package.json"), { name: "UnknownModelError" });
  });
});
