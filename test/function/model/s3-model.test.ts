import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readManifest } from "../../../function/model/manifest.ts";
import { fetchModelFromS3 } from "../../../function/model/s3-model.ts";
import type { ModelAddress } from "../../../function/settings.ts";
import { digestFile } from "../../../layers/model/digest.ts";
import { type ModelObjects, writeModelObjects } from "../../../layers/model-objects.ts";
import { type LocalBucket, openBucket } from "../../../local/bucket.ts";
import { testModelFolder } from "../../models/folders.ts";
import { type BreakingProxy, type Fault, startBreakingProxy } from "./breaking-proxy.ts";

const variables = [
  "AWS_ENDPOINT_URL_S3",
  "AWS_REGION",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
] as const;

describe("fetchModelFromS3", () => {
  const saved = variables.map((name) => [name, process.env[name]] as const);
  let parent: string;
  let folder: string;
  let bucket: LocalBucket;
  let model: ModelObjects;
  let address: ModelAddress;
  let proxy: BreakingProxy | undefined;

  before(async () => {
    parent = await mkdtemp(join(tmpdir(), "s3-model-"));
    const source = join(parent, "source");
    await cp(testModelFolder("tiny-embeddinggemma"), source, { recursive: true });
    const manifest = await readManifest(source);
    // More than one part.
    const path = "onnx/more";
    await writeFile(join(source, path), randomBytes(9 << 20));
    manifest.files.push({ path, ...(await digestFile(join(source, path))) });
    model = await writeModelObjects(join(parent, "objects"), { folder: source, manifest });

    bucket = await openBucket("artefacts");
    for (const { path, sourcePath } of model.objects) {
      await bucket.put(`models/${model.sha256}/${path}`, await readFile(sourcePath), "");
    }
    address = { bucket: bucket.name, prefix: `models/${model.sha256}`, sha256: model.sha256 };
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: bucket.url,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
  });
  beforeEach(() => {
    folder = join(parent, "fetched");
  });
  afterEach(async () => {
    process.env.AWS_ENDPOINT_URL_S3 = bucket.url;
    await proxy?.close();
    proxy = undefined;
    await rm(folder, { recursive: true, force: true });
  });
  after(async () => {
    for (const [name, value] of saved) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await bucket.close();
    await rm(parent, { recursive: true });
  });

  async function breakConnections(faultOf: (request: string, before: number) => Fault | undefined) {
    proxy = await startBreakingProxy(bucket.url, faultOf);
    process.env.AWS_ENDPOINT_URL_S3 = proxy.url;
    return proxy;
  }
  const isWhole = async () => {
    for (const { path, sourcePath } of model.objects.filter(({ path }) => path !== "NOTICE")) {
      assert.ok((await readFile(sourcePath)).equals(await readFile(join(folder, path))), path);
    }
  };

  it("fetches the objects of a bucket into the folder", async () => {
    await fetchModelFromS3(address, folder);

    await isWhole();
  });

  it("asks for each object in ranges, once", async () => {
    const { requests } = await breakConnections(() => undefined);

    await fetchModelFromS3(address, folder);

    const more = `/artefacts/models/${model.sha256}/onnx/more`;
    assert.deepEqual(
      requests.filter((request) => request.startsWith(more)),
      [`${more} bytes=0-8388607`, `${more} bytes=8388608-9437183`],
    );
    assert.equal(new Set(requests).size, requests.length);
  });

  for (const fault of ["cut", "stall", "refuse"] as const) {
    it(`asks for a part again, and for no other, whose answer is faulty: ${fault}`, async () => {
      const second = "bytes=8388608-9437183";
      const { requests } = await breakConnections((request, before) =>
        request.endsWith(second) && before === 0 ? fault : undefined,
      );

      await fetchModelFromS3(address, folder, 500);

      await isWhole();
      const repeated = requests.filter((request, index) => requests.indexOf(request) !== index);
      assert.deepEqual(repeated, [`/artefacts/models/${model.sha256}/onnx/more ${second}`]);
    });
  }

  it("refuses an object that ends before its last part, with what is there", async () => {
    const { sourcePath } =
      model.objects.find(({ path }) => path === "onnx/more") ??
      assert.fail("There is no such object");
    const key = `${address.prefix}/onnx/more`;
    const whole = await readFile(sourcePath);
    await bucket.put(key, whole.subarray(0, 8 << 20), "");
    try {
      await assert.rejects(fetchModelFromS3(address, folder), {
        name: "ModelFolderError",
        message: /onnx\/more is not what was uploaded: .*, found 8388608 bytes with SHA-256 /,
      });
    } finally {
      await bucket.put(key, whole, "");
    }
  });

  it("says which object of the model is not there", async () => {
    const prefix = "models/another";

    await assert.rejects(fetchModelFromS3({ ...address, prefix }, folder), {
      name: "ModelFolderError",
      message: /s3:\/\/artefacts\/models\/another\/manifest\.json could not be read from S3: /,
    });
    assert.ok(!(await readdir(parent)).includes("fetched"));
  });
});
