import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  DocumentBuckets,
  type DocumentBucketsArgs,
  documentStatements,
} from "../../infra/document-buckets.ts";
import { inputsOf, KEY_ARN, record, resolved, titles } from "./recording.ts";

const all = { prefix: "", suffix: "" };

function create(buckets: DocumentBucketsArgs["buckets"]) {
  return record(() => new DocumentBuckets("document-buckets", { buckets, partition: "aws" }));
}

async function statements(buckets: DocumentBucketsArgs["buckets"]) {
  const { result } = await create(buckets);
  return resolved(pulumi.output(documentStatements(result.buckets)));
}

describe("DocumentBuckets", () => {
  it("makes a versioned private bucket that does not go while it holds documents", async () => {
    const { result, resources } = await create([{ name: "docs", create: true, ...all }]);

    assert.deepEqual(titles(resources), [
      "Bucket docs",
      "BucketOwnershipControls docs",
      "BucketPolicy docs",
      "BucketPublicAccessBlock docs",
      "BucketServerSideEncryptionConfiguration docs",
      "BucketVersioning docs",
    ]);
    assert.deepEqual(inputsOf(resources, "Bucket"), { bucket: "docs", forceDestroy: false });
    assert.deepEqual(
      result.buckets.map(({ name, created, filters }) => ({ name, created, filters })),
      [{ name: "docs", created: true, filters: [all] }],
    );
  });

  it("touches nothing of a bucket that exists", async () => {
    const { result, resources } = await create([{ name: "theirs", create: false, ...all }]);

    assert.deepEqual(resources, []);
    assert.equal(result.buckets[0]?.created, false);
    assert.equal(await resolved(pulumi.output(result.buckets[0]?.arn)), "arn:aws:s3:::theirs");
  });

  it("takes several entries of one name for one bucket with several filters", async () => {
    const { result, resources } = await create([
      { name: "docs", create: true, prefix: "", suffix: ".md" },
      { name: "other", create: false, ...all },
      { name: "docs", create: true, prefix: "", suffix: ".pdf" },
    ]);

    assert.equal(inputsOf(resources, "Bucket").bucket, "docs");
    assert.deepEqual(
      result.buckets.map(({ name, filters }) => ({ name, filters })),
      [
        {
          name: "docs",
          filters: [
            { prefix: "", suffix: ".md" },
            { prefix: "", suffix: ".pdf" },
          ],
        },
        { name: "other", filters: [all] },
      ],
    );
  });
});

describe("documentStatements", () => {
  it("reads the objects that the filters choose and tells which are missing", async () => {
    assert.deepEqual(
      await statements([
        { name: "docs", create: true, prefix: "in/", suffix: ".md" },
        { name: "docs", create: true, prefix: "out/", suffix: "" },
        { name: "theirs", create: false, ...all },
      ]),
      [
        {
          Sid: "ReadDocuments",
          Effect: "Allow",
          Action: ["s3:GetObject", "s3:GetObjectTagging"],
          Resource: [
            "arn:aws:s3:::docs/in/*.md",
            "arn:aws:s3:::docs/out/*",
            "arn:aws:s3:::theirs/*",
          ],
        },
        {
          Sid: "TellMissingDocuments0",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws:s3:::docs",
          Condition: { StringLikeIfExists: { "s3:prefix": ["in/*", "out/*"] } },
        },
        {
          Sid: "TellMissingDocuments1",
          Effect: "Allow",
          Action: "s3:ListBucket",
          Resource: "arn:aws:s3:::theirs",
        },
      ],
    );
  });

  it("decrypts these documents, and those of a bucket with a key of its own, with the key that is named", async () => {
    const key = { arn: KEY_ARN, region: "eu-west-1" };
    const { result } = await create([
      { name: "docs", create: true, prefix: "in/", suffix: ".md" },
      { name: "theirs", create: false, ...all },
    ]);

    const [, decrypt] = await resolved(pulumi.output(documentStatements(result.buckets, key)));

    assert.deepEqual(decrypt, {
      Sid: "DecryptDocuments",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: KEY_ARN,
      Condition: {
        StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" },
        StringLike: {
          "kms:EncryptionContext:aws:s3:arn": [
            "arn:aws:s3:::docs",
            "arn:aws:s3:::theirs",
            "arn:aws:s3:::docs/in/*.md",
            "arn:aws:s3:::theirs/*",
          ],
        },
      },
    });
  });
});
