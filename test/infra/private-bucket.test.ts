import assert from "node:assert/strict";
import { PrivateBucket, type PrivateBucketArgs } from "../../infra/private-bucket.ts";
import { inputsOf, KEY_ARN, policyOf, record, titles } from "./recording.ts";

const baseArgs: PrivateBucketArgs = {
  bucketName: "acme-documents",
  versioned: true,
  deleteWithObjects: false,
};

describe("PrivateBucket", () => {
  it("encrypts with the key that is named, which S3 asks for once for many objects", async () => {
    const { resources } = await record(
      () => new PrivateBucket("documents", { ...baseArgs, kmsKeyArn: KEY_ARN }),
    );

    assert.deepEqual(inputsOf(resources, "BucketServerSideEncryptionConfiguration").rules, [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: KEY_ARN },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("makes a bucket that is private, encrypted, owned, versioned and TLS only", async () => {
    const { resources } = await record(() => new PrivateBucket("documents", baseArgs));

    assert.deepEqual(titles(resources), [
      "Bucket documents",
      "BucketOwnershipControls documents",
      "BucketPolicy documents",
      "BucketPublicAccessBlock documents",
      "BucketServerSideEncryptionConfiguration documents",
      "BucketVersioning documents",
    ]);
    assert.deepEqual(inputsOf(resources, "Bucket"), {
      bucket: "acme-documents",
      forceDestroy: false,
    });
    assert.deepEqual(inputsOf(resources, "BucketOwnershipControls"), {
      bucket: "acme-documents",
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    assert.deepEqual(inputsOf(resources, "BucketPublicAccessBlock"), {
      bucket: "acme-documents",
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    assert.deepEqual(inputsOf(resources, "BucketServerSideEncryptionConfiguration"), {
      bucket: "acme-documents",
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
    });
    assert.deepEqual(inputsOf(resources, "BucketVersioning"), {
      bucket: "acme-documents",
      versioningConfiguration: { status: "Enabled" },
    });
    assert.deepEqual(policyOf(inputsOf(resources, "BucketPolicy")), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "DenyPlainHttp",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: ["arn:aws:s3:::acme-documents", "arn:aws:s3:::acme-documents/*"],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    });
  });

  it("keeps no versions where it is told so", async () => {
    const { resources } = await record(
      () => new PrivateBucket("documents", { ...baseArgs, versioned: false }),
    );

    assert.equal(
      titles(resources).some((title) => title.startsWith("BucketVersioning")),
      false,
    );
  });

  it("leaves the name to Pulumi where none is given", async () => {
    const { resources } = await record(
      () => new PrivateBucket("acme-artefacts", { versioned: false, deleteWithObjects: true }),
    );

    assert.deepEqual(inputsOf(resources, "Bucket"), { forceDestroy: true });
    assert.equal(inputsOf(resources, "BucketPublicAccessBlock").bucket, "acme-artefacts-1a2b3c4");
  });
});
