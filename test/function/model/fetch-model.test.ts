import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { fetchModel, type ReadRange } from "../../../function/model/fetch-model.ts";
import { readManifest } from "../../../function/model/manifest.ts";
import { testModelFolder } from "../../models/folders.ts";

const options = { partBytes: 4096, concurrency: 3 };
const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** A model of these files, as its objects are under the prefix. */
async function createObjects(files: Readonly<Record<string, Buffer>>) {
  const facts = await readManifest(testModelFolder("tiny-embeddinggemma"));
  const described = Object.entries(files).map(([path, bytes]) => ({
    path,
    bytes: bytes.length,
    sha256: digest(bytes),
  }));
  const manifest = Buffer.from(JSON.stringify({ ...facts, files: described }));
  const objects = new Map([
    ["models/one/manifest.json", manifest],
    ...Object.entries(files).map(([path, bytes]) => [`models/one/${path}`, bytes] as const),
  ]);
  const read: ReadRange = async (key, { startByte, endByte }) =>
    objects.get(key)?.subarray(startByte, endByte) ?? assert.fail(`There is no ${key}`);
  return {
    objects,
    address: { bucket: "artefacts", prefix: "models/one", sha256: digest(manifest) },
    read,
  };
}

describe("fetchModel", () => {
  const weights = Buffer.from(Array.from({ length: 10_000 }, (_, index) => index % 251));
  const files = { "onnx/model.onnx": weights, "tokenizer.bin": Buffer.from("tokens") };
  let parent: string;
  let folder: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), "fetched-"));
    folder = join(parent, "model");
  });
  afterEach(() => rm(parent, { recursive: true }));

  it("makes the folder with the manifest and its files, and leaves nothing beside it", async () => {
    const { objects, address, read } = await createObjects(files);

    await fetchModel(address, folder, read, options);

    assert.deepEqual(await readdir(parent), ["model"]);
    assert.deepEqual((await readManifest(folder)).files.length, 2);
    for (const path of ["manifest.json", ...Object.keys(files)]) {
      assert.deepEqual(await readFile(join(folder, path)), objects.get(`models/one/${path}`), path);
    }
  });

  it("gives the objects' bytes whatever their lengths and whenever each part arrives", async () => {
    const border = (parts: number) =>
      fc.constantFrom(-1, 0, 1).map((more) => parts * options.partBytes + more);
    const bytes = fc
      .oneof(fc.constantFrom(0, 1), border(1), border(2), border(4))
      .chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));

    await fc.assert(
      fc.asyncProperty(
        fc.array(bytes, { minLength: 1, maxLength: 3 }),
        fc.infiniteStream(fc.nat({ max: 5 })),
        async (contents, turns) => {
          await rm(folder, { recursive: true, force: true });
          const files = Object.fromEntries(
            contents.map((content, index) => [`part-${index}`, Buffer.from(content)]),
          );
          const { address, read } = await createObjects(files);
          const readLater: ReadRange = async (key, range) => {
            for (let turn = turns.next().value ?? 0; turn > 0; turn -= 1) await setImmediate();
            return read(key, range);
          };

          await fetchModel(address, folder, readLater, options);

          for (const [path, content] of Object.entries(files)) {
            assert.ok(content.equals(await readFile(join(folder, path))), path);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("reads nothing for a folder that is there", async () => {
    const { address, read } = await createObjects(files);
    await fetchModel(address, folder, read, options);

    await fetchModel(address, folder, () => assert.fail("read again"), options);
  });

  it("takes nothing that a killed process left for the model, and begins anew", async () => {
    const { address, read } = await createObjects(files);
    const left = `${folder}.part`;
    await mkdir(join(left, "onnx"), { recursive: true });
    await writeFile(join(left, "onnx/model.onnx"), weights.subarray(0, 5000));
    await writeFile(join(left, "of-another-time"), "");

    await fetchModel(address, folder, read, options);

    assert.deepEqual(await readFile(join(folder, "onnx/model.onnx")), weights);
    assert.deepEqual((await readdir(folder)).sort(), ["manifest.json", "onnx", "tokenizer.bin"]);
    assert.deepEqual(await readdir(parent), ["model"]);
  });

  const altered = Buffer.from(weights);
  altered[9000] = 0;
  for (const [what, path, found] of [
    ["is truncated inside a part", "onnx/model.onnx", weights.subarray(0, 5000)],
    ["is truncated between parts", "onnx/model.onnx", weights.subarray(0, 4096)],
    ["is empty", "onnx/model.onnx", Buffer.alloc(0)],
    ["has one other byte", "onnx/model.onnx", altered],
    ["is the manifest of another model", "manifest.json", Buffer.from("{}")],
  ] as const) {
    it(`refuses an object that ${what}, with what was expected and found`, async () => {
      const { objects, address, read } = await createObjects(files);
      const expected = objects.get(`models/one/${path}`) ?? assert.fail();
      objects.set(`models/one/${path}`, found);
      const sizeExpected = path === "manifest.json" ? "" : `${expected.length} bytes with `;

      await assert.rejects(fetchModel(address, folder, read, options), {
        name: "ModelFolderError",
        folder,
        problem:
          `s3://artefacts/models/one/${path} is not what was uploaded: ` +
          `expected ${sizeExpected}SHA-256 ${digest(expected)}, ` +
          `found ${found.length} bytes with SHA-256 ${digest(found)}. ` +
          "Delete the object, and `pulumi up --refresh` uploads it again.",
      });
      assert.ok(!(await readdir(parent)).includes("model"));

      objects.set(`models/one/${path}`, expected);
      await fetchModel(address, folder, read, options);
      assert.deepEqual(await readFile(join(folder, "onnx/model.onnx")), weights);
    });
  }

  it("rejects with what a part that cannot be read says, and leaves no folder", async () => {
    const { address, read } = await createObjects(files);
    const cause = new Error("S3 refuses access");

    await assert.rejects(
      fetchModel(
        address,
        folder,
        (key, range) => (range.startByte === 4096 ? Promise.reject(cause) : read(key, range)),
        options,
      ),
      { name: "ModelFolderError", problem: "S3 refuses access", cause },
    );
    assert.ok(!(await readdir(parent)).includes("model"));
  });
});
