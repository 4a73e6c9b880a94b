import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unzipSync } from "fflate";
import { readManifest } from "../../function/model/manifest.ts";
import { buildAll, type LayerBuild, type S3Build } from "../../layers/build.ts";
import { digestFile } from "../../layers/model/digest.ts";
import { copyModelFolder } from "./model/folder-copy.ts";
import { withLevels } from "./model/levels.ts";

const tiny = "test/models/tiny-embeddinggemma";
const zipNames = ["function.zip", "dependencies-layer.zip", "model-layer.zip"];

describe("buildAll", () => {
  let distFolder: string;
  let build: LayerBuild;

  before(async () => {
    distFolder = await mkdtemp(join(tmpdir(), "dist-"));
    build = await buildAll({ distFolder, model: tiny, architecture: "arm64" });
  });

  after(async () => {
    await rm(distFolder, { recursive: true });
  });

  const sha256s = ({ functionZip, dependenciesLayer, modelLayer }: LayerBuild) =>
    [functionZip, dependenciesLayer, modelLayer].map(({ sha256 }) => sha256);
  /** A zip that is written again is another file. */
  const inodes = async () =>
    Promise.all(zipNames.map(async (name) => (await stat(join(distFolder, name))).ino));
  const unzip = async (name: string) => unzipSync(await readFile(join(distFolder, name)));
  const visible = async (folder: string) =>
    (await readdir(folder)).filter((name) => !name.startsWith(".")).sort();

  it("writes the three zips and a manifest with their true sizes and digests", async () => {
    assert.deepEqual(await visible(distFolder), [...zipNames, "manifest.json"].sort());
    const manifest = JSON.parse(await readFile(join(distFolder, "manifest.json"), "utf8"));

    let unzippedBytes = 0;
    for (const name of zipNames) {
      const zip = await readFile(join(distFolder, name));
      const contents = Object.values(unzipSync(zip));
      const unzipped = contents.reduce((sum, { length }) => sum + length, 0);
      assert.deepEqual(manifest.files[name], {
        zippedBytes: zip.length,
        unzippedBytes: unzipped,
        sha256: createHash("sha256").update(zip).digest("hex"),
      });
      unzippedBytes += unzipped;
    }
    const { files: _, ...facts } = manifest;
    assert.deepEqual(facts, {
      architecture: "arm64",
      model: tiny,
      variant: "published",
      unzippedBytes,
      limitBytes: 262_144_000,
      shareOfLimit: Number((unzippedBytes / 262_144_000).toFixed(4)),
    });
    assert.equal(build.unzippedBytes, unzippedBytes);
  });

  it("gives the same SHA-256 in another folder", async () => {
    const other = await mkdtemp(join(tmpdir(), "dist-"));

    const again = await buildAll({ distFolder: other, model: tiny, architecture: "arm64" });

    assert.deepEqual(sha256s(again), sha256s(build));
    await rm(other, { recursive: true });
  });

  it("does not write again what has not changed", async () => {
    const before = await inodes();

    const again = await buildAll({ distFolder, model: tiny, architecture: "arm64" });

    assert.deepEqual(again, build);
    assert.deepEqual(await inodes(), before);
  });

  it("writes a zip again that is damaged, missing or without a record", async () => {
    await truncate(join(distFolder, "model-layer.zip"), 1000);
    await rm(join(distFolder, "dependencies-layer.zip"));
    await writeFile(join(distFolder, ".function.zip.json"), "{}");

    const again = await buildAll({ distFolder, model: tiny, architecture: "arm64" });

    assert.deepEqual(sha256s(again), sha256s(build));
    for (const [index, name] of zipNames.entries()) {
      const { sha256 } = await digestFile(join(distFolder, name));
      assert.equal(sha256, sha256s(build)[index]);
    }
  });

  it("writes the one layer again whose contents have changed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "model-"));
    await cp(tiny, folder, { recursive: true });
    const manifest = { ...(await readManifest(tiny)), promptVersion: 2 };
    await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
    const [functionInode, dependenciesInode, modelInode] = await inodes();

    await buildAll({ distFolder, model: folder, architecture: "arm64" });

    const [functionAfter, dependenciesAfter, modelAfter] = await inodes();
    assert.deepEqual([functionAfter, dependenciesAfter], [functionInode, dependenciesInode]);
    assert.notEqual(modelAfter, modelInode);
    await rm(folder, { recursive: true });
    await buildAll({ distFolder, model: tiny, architecture: "arm64" });
  });

  it("packs of the model what the function reads, its manifest and the licence's notice", async () => {
    const { files, ...facts } = build.compiled.model.manifest;
    const source = await readManifest(tiny);
    assert.deepEqual(
      files.map(({ path }) => path),
      source.files.map(({ path }) => (path === "tokenizer.json" ? "tokenizer.bin" : path)),
    );

    const contents = await unzip("model-layer.zip");

    assert.deepEqual(
      Object.keys(contents).sort(),
      ["manifest.json", "NOTICE", ...files.map(({ path }) => path)]
        .map((path) => `model/${path}`)
        .sort(),
    );
    for (const { path, sha256 } of files) {
      const packed = contents[`model/${path}`] ?? "";
      assert.equal(createHash("sha256").update(packed).digest("hex"), sha256);
    }
    const text = (path: string) => Buffer.from(contents[path] ?? "").toString();
    assert.deepEqual(JSON.parse(text("model/manifest.json")), { ...facts, files });
    assert.equal(
      text("model/NOTICE"),
      "tiny-embeddinggemma is provided under and subject to the Apache-2.0 found at " +
        "https://www.apache.org/licenses/LICENSE-2.0.\n",
    );
  });

  it("bundles the function into files that need Node and onnxruntime-node alone", async () => {
    const contents = await unzip("function.zip");
    const loadedLater = [
      "csv.js",
      "docx.js",
      "email.js",
      "epub.js",
      "guess-charset.js",
      "handler.js",
      "html-elements.js",
      "html.js",
      "json.js",
      "odt.js",
      "packages.js",
      "pdf.js",
      "pptx.js",
      "rtf.js",
      "s3-model.js",
      "secret.js",
      "subtitles.js",
      "xlsx.js",
      "xml-elements.js",
      "xml.js",
    ];
    assert.deepEqual(
      Object.keys(contents),
      ["extraction-worker.js", "index.js", "session-worker.js", ...loadedLater].sort(),
    );
    // Little stands before the session's beginning.
    assert.ok((contents["index.js"]?.length ?? 0) < 10_000);
    const code = Object.values(contents)
      .map((bytes) => Buffer.from(bytes).toString())
      .join("\n");

    const required = [...code.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(
      ([, name]) => name,
    );
    // pdf.js has the text of a program in it, for a browser, with a name yet to be filled in.
    const isModule = (name = "") => !isBuiltin(name) && !name.includes("$");
    const packages = new Set(required.filter(isModule));
    for (const name of loadedLater) assert.ok(packages.delete(`./${name}`), name);
    // Of AWS's credentials a function has those in its environment.
    for (const rare of ["AssumeRoleWithWebIdentity", "GetRoleCredentials", "PublishBatch"]) {
      assert.ok(!Buffer.from(contents["handler.js"] ?? "").includes(rare), rare);
      assert.ok(Buffer.from(contents["packages.js"] ?? "").includes(rare), rare);
    }
    // What a document is read with is loaded for a document, and Secrets Manager's client for a secret.
    for (const later of ["DOMParser", "SecretsManagerClient"]) {
      assert.ok(!Buffer.from(contents["handler.js"] ?? "").includes(later), later);
    }
    // What several extractors are made of is there once, and what packages bring along for others is not there.
    const filesWith = (word: string) =>
      Object.keys(contents).filter((name) => Buffer.from(contents[name] ?? "").includes(word));
    assert.deepEqual(filesWith("HTMLTemplateElement"), ["html-elements.js"]);
    assert.deepEqual(filesWith("onopentagname"), ["html-elements.js", "xml-elements.js"]);
    for (const unreachable of ["CSSKeyframesRule", "XMLDocumentCB", "ReadableState"]) {
      assert.deepEqual(filesWith(unreachable), [], unreachable);
    }
    // The first is the AWS SDK's own question whether signatures of another kind are installed, the second
    // linkedom's whether pictures can be drawn.
    assert.deepEqual([...packages].sort(), [
      "@aws-sdk/signature-v4-crt",
      "canvas",
      "onnxruntime-node",
    ]);
    for (const kept of ["onnxruntime-web", "@img/sharp", "transformers.js", "sourceMappingURL"]) {
      assert.ok(!code.includes(kept), kept);
    }
  });

  it("packs the graph's variant in place of the published one, where the model is in 4 bits", async () => {
    const folder = await copyModelFolder(tiny);
    const graph = join(folder, "onnx/model_q4.onnx");
    await writeFile(
      graph,
      withLevels(await readFile(graph), () => undefined),
    );
    const packedManifest = async (options: { variant?: "published" }) => {
      await buildAll({ distFolder, model: folder, architecture: "arm64", ...options });
      const contents = await unzip("model-layer.zip");
      const text = Buffer.from(contents["model/manifest.json"] ?? "").toString();
      const { variant, graph, files } = JSON.parse(text);
      const { sha256 } = files.find(({ path }: { path: string }) => path === graph);
      const packed = contents[`model/${graph}`] ?? "";
      assert.equal(createHash("sha256").update(packed).digest("hex"), sha256);
      return { variant, sha256 };
    };

    const { sha256 } = await digestFile(graph);
    assert.deepEqual(await packedManifest({ variant: "published" }), {
      variant: "published",
      sha256,
    });
    const byDefault = await packedManifest({});
    assert.equal(byDefault.variant, "q4-level4");
    assert.notEqual(byDefault.sha256, sha256);
    const { variant } = JSON.parse(await readFile(join(distFolder, "manifest.json"), "utf8"));
    assert.equal(variant, "q4-level4");
    await rm(dirname(folder), { recursive: true });
  });

  describe("for a model that is read from S3", () => {
    let folder: string;
    let layer: Record<string, Uint8Array>;
    let inS3: S3Build;
    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "dist-"));
      const options = { distFolder: folder, model: tiny, architecture: "arm64" } as const;
      const { modelLayer } = await buildAll(options);
      layer = unzipSync(await readFile(modelLayer.path));
      inS3 = await buildAll({ ...options, modelSource: "s3" });
    });
    after(() => rm(folder, { recursive: true }));

    it("writes what the layer would have as a folder, and no layer", async () => {
      assert.deepEqual(await visible(folder), [
        "dependencies-layer.zip",
        "function.zip",
        "manifest.json",
        "model",
      ]);
      assert.deepEqual(
        inS3.modelObjects.objects.map(({ path }) => `model/${path}`).sort(),
        Object.keys(layer).sort(),
      );
      for (const { path, sourcePath, bytes, sha256 } of inS3.modelObjects.objects) {
        const content = await readFile(sourcePath);
        assert.equal(sourcePath, join(folder, "model", path));
        assert.deepEqual(content, Buffer.from(layer[`model/${path}`] ?? assert.fail(path)));
        assert.deepEqual({ bytes, sha256 }, await digestFile(sourcePath));
      }
      const { sha256 } = await digestFile(join(folder, "model/manifest.json"));
      assert.equal(inS3.modelObjects.sha256, sha256);
    });

    it("lists its objects in the manifest, and leaves them out of the sum", async () => {
      const manifest = JSON.parse(await readFile(join(folder, "manifest.json"), "utf8"));

      assert.equal(manifest.modelSource, "s3");
      assert.equal(manifest.unzippedBytes, build.unzippedBytes - build.modelLayer.unzippedBytes);
      const { "function.zip": _, "dependencies-layer.zip": __, ...objects } = manifest.files;
      assert.deepEqual(
        objects,
        Object.fromEntries(
          inS3.modelObjects.objects.map(({ path, bytes, sha256 }) => [
            `model/${path}`,
            { bytes, sha256 },
          ]),
        ),
      );
    });

    it("takes a model that fits no layer", async () => {
      const large = await copyWithLargeWeights();
      const options = { distFolder: folder, model: large, architecture: "arm64" } as const;

      const { unzippedBytes } = await buildAll({ ...options, modelSource: "s3" });

      assert.equal(unzippedBytes, inS3.unzippedBytes);
      await rm(large, { recursive: true });
    });
  });

  /** With 240 MB, most of them empty places on the disk. */
  async function copyWithLargeWeights() {
    const folder = await mkdtemp(join(tmpdir(), "model-"));
    await cp(tiny, folder, { recursive: true });
    const weights = join(folder, "onnx/model.onnx_data_1");
    await writeFile(weights, "");
    await truncate(weights, 240_000_000);
    const manifest = await readManifest(tiny);
    manifest.files.push({ path: "onnx/model.onnx_data_1", ...(await digestFile(weights)) });
    await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
    return folder;
  }

  it("refuses a model that is too large with the list of parts, and leaves no manifest", async () => {
    const folder = await copyWithLargeWeights();

    await assert.rejects(
      buildAll({ distFolder, model: folder, architecture: "arm64" }),
      (error: Error) => {
        assert.equal(error.name, "SizeBudgetError");
        assert.match(error.message, /^Lambda takes 262,144,000 bytes unzipped/);
        assert.match(error.message, /^ {2}function\.zip: [\d,]+ bytes$/m);
        assert.match(error.message, /^ {2}dependencies-layer\.zip: 25,[\d,]+ bytes$/m);
        assert.match(error.message, /libonnxruntime\.so\.1: 25,135,496 bytes$/m);
        assert.match(error.message, /^ {2}model-layer\.zip: 242,[\d,]+ bytes$/m);
        assert.match(error.message, /model\/onnx\/model\.onnx_data_1: 240,000,000 bytes$/m);
        return true;
      },
    );
    assert.deepEqual(await visible(distFolder), [...zipNames].sort());
    await rm(folder, { recursive: true });
  });
});
