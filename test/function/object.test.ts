import assert from "node:assert/strict";
import type { ObjectChange } from "../../function/events.ts";
import { type GetObjectAnswer, openObject } from "../../function/object.ts";

const change: ObjectChange = {
  eventName: "ObjectCreated:Put",
  bucket: "uploads",
  key: "a.txt",
  occurredAt: new Date("2026-11-20T09:15:27.381Z"),
  sequencer: "01",
};

function answer(
  body: Uint8Array,
  contentLength = body.length,
): GetObjectAnswer & { reads: number } {
  const given = {
    reads: 0,
    ContentLength: contentLength,
    ContentType: "text/plain",
    ETag: '"e"',
    VersionId: "v",
    LastModified: new Date("2026-11-20T09:15:27Z"),
    Body: {
      async transformToByteArray() {
        given.reads += 1;
        return body;
      },
    },
  };
  return given;
}

function s3Error(name: string): Error {
  return Object.assign(new Error(`S3 said ${name}`), { name });
}

describe("openObject", () => {
  it("gives the version that S3 has now, with the sequencer of the change", async () => {
    const object = await openObject(async () => answer(Buffer.from("text")), change);

    assert.deepEqual(object?.version, {
      modifiedAt: new Date("2026-11-20T09:15:27Z"),
      sequencer: "01",
      etag: '"e"',
      versionId: "v",
    });
    assert.equal(object?.contentType, "text/plain");
    assert.deepEqual(await object?.read(4), Buffer.from("text"));
  });

  it("gives what who uploaded it has said of it, in plain characters", async () => {
    const given = {
      ...answer(Buffer.from("text")),
      Metadata: {
        team: "sales",
        city: "=?UTF-8?B?WsO8cmljaA==?=",
        author: "=?UTF-8?Q?J=C3=B6rg?=",
      },
      TagSet: [
        { Key: "stage", Value: "final" },
        { Key: "empty", Value: "" },
      ],
    };
    const object = await openObject(async () => given, change);

    assert.deepEqual(object?.labels, {
      user: { team: "sales", city: "Zürich", author: "Jörg" },
      tags: { stage: "final", empty: "" },
    });
  });

  it("says nothing of an object of which nothing was said", async () => {
    const given = { ...answer(Buffer.from("text")), Metadata: {}, TagSet: [] };

    assert.deepEqual((await openObject(async () => given, change))?.labels, {});
  });

  for (const name of ["NoSuchKey", "NotFound"]) {
    it(`gives nothing for an object that is gone (${name})`, async () => {
      assert.equal(await openObject(() => Promise.reject(s3Error(name)), change), undefined);
    });
  }

  it("refuses an object that is too large before it is downloaded", async () => {
    const given = answer(Buffer.from("text"));
    const object = await openObject(async () => given, change);

    await assert.rejects(async () => object?.read(3), {
      name: "ObjectTooLargeError",
      objectBytes: 4,
      maxObjectBytes: 3,
    });
    assert.equal(given.reads, 0);
  });

  it("refuses a download that ended early", async () => {
    const object = await openObject(async () => answer(Buffer.from("te"), 4), change);

    await assert.rejects(async () => object?.read(10), {
      name: "ObjectReadError",
      message: "s3://uploads/a.txt could not be read from S3: 2 of 4 bytes arrived",
    });
  });

  for (const [name, expected, message] of [
    ["AccessDenied", "ObjectAccessError", /s3:GetObject on it, s3:ListBucket on the bucket/],
    ["InvalidObjectState", "ObjectArchivedError", /Restore it/],
    ["SlowDown", "ObjectReadError", /s3:\/\/uploads\/a\.txt could not be read from S3: S3 said/],
    ["NoSuchBucket", "ObjectReadError", /NoSuchBucket/],
  ] as const) {
    it(`throws ${expected} on ${name} and keeps the cause`, async () => {
      const cause = s3Error(name);

      await assert.rejects(
        openObject(() => Promise.reject(cause), change),
        (error) => {
          assert.ok(error instanceof Error);
          assert.equal(error.name, expected);
          assert.match(error.message, message);
          assert.equal(error.cause, cause);
          return true;
        },
      );
    });
  }
});
