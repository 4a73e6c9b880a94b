import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { ModelInS3, modelStatements, modelStorageMegabytes } from "../../infra/model-in-s3.ts";
import { inputsOf, KEY_ARN, record, resolved, titles } from "./recording.ts";

const ONE = "11".repeat(32);
const TWO = "22".repeat(32);

const model = {
  sha256: ONE,
  objects: [
    { path: "manifest.json", sourcePath: "package.json", bytes: 1_000, sha256: ONE },
    { path: "onnx/model.onnx", sourcePath: "tsconfig.json", bytes: 500_000_000, sha256: TWO },
  ],
};

describe("ModelInS3", () => {
  it("puts each object under a prefix by the model's content, and says where that is", async () => {
    const bucket = { bucketName: "artefacts", arn: "arn:aws:s3:::artefacts" };

    const { result, resources } = await record(() => new ModelInS3("model", { bucket, model }));

    assert.deepEqual(titles(resources), [
      "BucketObjectv2 model/manifest.json",
      "BucketObjectv2 model/onnx/model.onnx",
    ]);
    const { source, ...object } = inputsOf(resources, "BucketObjectv2", "model/onnx/model.onnx");
    assert.ok(source instanceof pulumi.asset.FileAsset);
    assert.equal(await source.path, "tsconfig.json");
    assert.deepEqual(object, {
      bucket: "artefacts",
      key: `models/${ONE}/onnx/model.onnx`,
      sourceHash: TWO,
    });
    assert.equal(await resolved(result.uri), `s3://artefacts/models/${ONE}`);
    assert.equal(result.sha256, ONE);
    assert.equal(result.storageMegabytes, 629);
    assert.deepEqual(await resolved(pulumi.output([...result.statements])), [
      {
        Sid: "ReadModel",
        Effect: "Allow",
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::artefacts/models/*",
      },
    ]);
  });
});

describe("modelStatements", () => {
  it("decrypt the model, and nothing else, with the key of its bucket", async () => {
    const key = { arn: KEY_ARN, region: "eu-west-1" };

    const [, decrypt] = await resolved(pulumi.output(modelStatements("arn:aws:s3:::a", key)));

    assert.deepEqual(decrypt, {
      Sid: "DecryptModel",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: KEY_ARN,
      Condition: {
        StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" },
        StringLike: {
          "kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::a", "arn:aws:s3:::a/models/*"],
        },
      },
    });
  });
});

describe("modelStorageMegabytes", () => {
  for (const [bytes, megabytes] of [
    [0, 512],
    [384_000_000, 512],
    [384_000_001, 513],
    [10_112_000_000, 10_240],
  ] as const) {
    it(`is ${megabytes} for ${bytes} bytes`, () => {
      assert.equal(modelStorageMegabytes(bytes), megabytes);
    });
  }

  it("refuses a model that Lambda has no /tmp for", () => {
    assert.throws(
      () => modelStorageMegabytes(10_112_000_001),
      (error) => {
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(
          error.message,
          "The model needs 10241 MB of /tmp, and Lambda gives at most 10240. Choose a smaller model.",
        );
        return true;
      },
    );
  });
});
