import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createGetObject } from "../../function/get-object.ts";
import { openBucket } from "../../local/bucket.ts";

function connect(url: string): S3Client {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  return new S3Client({ endpoint: url, region: "us-east-1", credentials, forcePathStyle: true });
}

/** An S3 that has one object, and answers as `answer` does to a question for its tags. */
async function withTags(answer: RequestListener, use: (s3: S3Client) => Promise<void>) {
  const server = createServer(answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const s3 = connect(`http://127.0.0.1:${port}`);
  try {
    await use(s3);
  } finally {
    s3.destroy();
    server.close();
  }
}

const object = { bucket: "uploads", key: "a.txt" };

describe("getObject", () => {
  it("gives an object with its metadata, and asks for no tags where there are none", async () => {
    const bucket = await openBucket("uploads");
    const s3 = connect(bucket.url);
    const commands: (string | undefined)[] = [];
    s3.middlewareStack.add(
      (next, { commandName }) =>
        (request) => {
          commands.push(commandName);
          return next(request);
        },
      { step: "initialize" },
    );
    const Metadata = { Team: "sales" };
    await s3.send(
      new PutObjectCommand({ Bucket: "uploads", Key: "a.txt", Body: "text", Metadata }),
    );

    const answer = await createGetObject(s3)(object);

    assert.deepEqual(answer.Metadata, { team: "sales" });
    assert.equal(answer.TagSet, undefined);
    assert.equal(Buffer.from((await answer.Body?.transformToByteArray()) ?? []).toString(), "text");
    assert.deepEqual(commands, ["PutObjectCommand", "GetObjectCommand"]);
    s3.destroy();
    await bucket.close();
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html
  it("gives the tags of an object that has some", async () => {
    const tags =
      "<Tag><Key>stage</Key><Value>final</Value></Tag><Tag><Key>a &amp; b</Key><Value></Value></Tag>";
    const answerOf: RequestListener = (request, response) => {
      response.setHeader("x-amz-tagging-count", "2");
      const isForTags = request.url?.startsWith("/uploads/a.txt?tagging");
      response.end(isForTags ? `<Tagging><TagSet>${tags}</TagSet></Tagging>` : "text");
    };

    await withTags(answerOf, async (s3) => {
      const { TagSet, Body } = await createGetObject(s3)(object);

      assert.deepEqual(TagSet, [
        { Key: "stage", Value: "final" },
        { Key: "a & b", Value: "" },
      ]);
      assert.equal(Buffer.from((await Body?.transformToByteArray()) ?? []).toString(), "text");
    });
  });

  it("throws what keeps it from the tags, and gives the object's connection up", async () => {
    let closed: Promise<unknown> | undefined;
    const answerOf: RequestListener = (request, response) => {
      if (request.url?.includes("tagging")) {
        response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
        return;
      }
      closed = once(response, "close");
      response.writeHead(200, { "x-amz-tagging-count": "1" }).write("the first of many bytes");
    };

    await withTags(answerOf, async (s3) => {
      await assert.rejects(createGetObject(s3)(object), { name: "AccessDenied" });
      await closed;
    });
  });
});
