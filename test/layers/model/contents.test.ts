import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readManifest } from "../../../function/model/manifest.ts";
import { compileTokenizer } from "../../../layers/model/compile-tokenizer.ts";
import { modelContents } from "../../../layers/model/contents.ts";
import { embeddedModelFolder, testModelFolder } from "../../models/folders.ts";
import { tinyDefinition } from "../../models/tokenizers.ts";

describe("modelContents", () => {
  it("has the tokenizer compiled in the place of tokenizer.json, and says so in the manifest", async () => {
    const folder = testModelFolder("tiny-embeddinggemma");
    const manifest = await readManifest(folder);

    const entries = await modelContents({ folder, manifest });

    assert.deepEqual(
      entries.map(({ path }) => path),
      [
        "model/onnx/model.onnx",
        "model/onnx/model.onnx_data",
        "model/tokenizer.bin",
        "model/manifest.json",
        "model/NOTICE",
      ],
    );
    const compiled = compileTokenizer(await tinyDefinition());
    const [tokenizer, described] = entries.slice(2);
    assert.ok(tokenizer && "content" in tokenizer && described && "text" in described);
    assert.deepEqual(Buffer.from(tokenizer.content), Buffer.from(compiled));
    const sha256 = createHash("sha256").update(compiled).digest("hex");
    assert.deepEqual(JSON.parse(described.text), {
      ...manifest,
      tokenizer: "tokenizer.bin",
      files: [
        ...manifest.files.slice(0, 2),
        { path: "tokenizer.bin", bytes: compiled.length, sha256 },
      ],
    });
  });

  it("has a tokenizer of another kind as it is", async () => {
    const folder = embeddedModelFolder();
    const manifest = await readManifest(folder);

    const entries = await modelContents({ folder, manifest });

    const tokenizer = entries.find(({ path }) => path === "model/tokenizer.json");
    assert.ok(tokenizer && "sourcePath" in tokenizer);
    assert.equal(tokenizer.sourcePath, join(folder, "tokenizer.json"));
    const described = entries.find(({ path }) => path === "model/manifest.json");
    assert.ok(described && "text" in described);
    assert.deepEqual(JSON.parse(described.text), manifest);
    assert.ok((await readFile(tokenizer.sourcePath)).length > 0);
  });
});
