import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Layers, type LayersArgs } from "../../infra/layers.ts";
import { inputsOf, KEY_ARN, record, resolved, titles } from "./recording.ts";

const ONE = "11".repeat(32);
const TWO = "22".repeat(32);

const baseArgs: LayersArgs = {
  architecture: "arm64",
  layers: [
    { layerName: "acme-dev-dependencies", zip: { path: "package.json", sha256: ONE } },
    { layerName: "acme-dev-model", zip: { path: "tsconfig.json", sha256: TWO } },
  ],
};

describe("Layers", () => {
  it("puts each zip into a private bucket and makes a layer version of it", async () => {
    const { result, resources } = await record(() => new Layers("acme-dev-artefacts", baseArgs));

    assert.deepEqual(titles(resources), [
      "LayerVersion acme-dev-dependencies",
      "LayerVersion acme-dev-model",
      "Bucket acme-dev-artefacts",
      "BucketObjectv2 acme-dev-dependencies",
      "BucketObjectv2 acme-dev-model",
      "BucketOwnershipControls acme-dev-artefacts",
      "BucketPolicy acme-dev-artefacts",
      "BucketPublicAccessBlock acme-dev-artefacts",
      "BucketServerSideEncryptionConfiguration acme-dev-artefacts",
    ]);
    const { source, ...object } = inputsOf(resources, "BucketObjectv2", "acme-dev-dependencies");
    assert.ok(source instanceof pulumi.asset.FileAsset);
    assert.equal(await source.path, "package.json");
    assert.deepEqual(object, {
      bucket: "acme-dev-artefacts-1a2b3c4",
      key: `acme-dev-dependencies-${ONE}.zip`,
      sourceHash: ONE,
    });
    assert.deepEqual(inputsOf(resources, "LayerVersion", "acme-dev-dependencies"), {
      layerName: "acme-dev-dependencies",
      s3Bucket: "acme-dev-artefacts-1a2b3c4",
      s3Key: `acme-dev-dependencies-${ONE}.zip`,
      sourceCodeHash: "ERERERERERERERERERERERERERERERERERERERERERE=",
      compatibleRuntimes: ["nodejs24.x"],
      compatibleArchitectures: ["arm64"],
    });
    assert.deepEqual(await resolved(pulumi.all(result.arns)), [
      "arn:aws:lambda:eu-west-1:123456789012:layer:acme-dev-dependencies:1",
      "arn:aws:lambda:eu-west-1:123456789012:layer:acme-dev-model:1",
    ]);
  });

  it("calls x64 what Lambda calls x86_64", async () => {
    const { resources } = await record(
      () => new Layers("acme-dev-artefacts", { ...baseArgs, architecture: "x64" }),
    );

    assert.deepEqual(
      inputsOf(resources, "LayerVersion", "acme-dev-model").compatibleArchitectures,
      ["x86_64"],
    );
  });

  it("keeps the zips under the key that is named", async () => {
    const { resources } = await record(
      () => new Layers("acme-dev-artefacts", { ...baseArgs, kmsKeyArn: KEY_ARN }),
    );

    const { rules } = inputsOf(resources, "BucketServerSideEncryptionConfiguration");
    assert.match(JSON.stringify(rules), /"sseAlgorithm":"aws:kms"/);
  });
});
