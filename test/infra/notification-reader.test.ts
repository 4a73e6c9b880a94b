import assert from "node:assert/strict";
import { S3Client } from "@aws-sdk/client-s3";
import * as pulumi from "@pulumi/pulumi";
import {
  createNotificationReader,
  NotificationReadError,
} from "../../infra/notification-reader.ts";
import {
  type NotificationServer,
  recorded,
  refused,
  startNotificationServer,
} from "./notification-server.ts";

describe("createNotificationReader", () => {
  let server: NotificationServer;
  const read = (bucketName: string) =>
    createNotificationReader(
      new S3Client({
        region: "eu-west-1",
        endpoint: server.url,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
        maxAttempts: 1,
      }),
    )(bucketName);

  before(async () => {
    server = await startNotificationServer({
      busy: recorded("four-destinations"),
      quiet: recorded("none"),
      foreign: refused(403, "AccessDenied"),
      far: refused(301, "PermanentRedirect"),
      broken: refused(500, "InternalError"),
    });
  });
  after(() => server.close());

  it("gives each destination with its events and its filter", async () => {
    assert.deepEqual(await read("busy"), {
      topics: [
        {
          id: "thumbnails",
          arn: "arn:aws:sns:eu-west-1:123456789012:thumbnails",
          events: ["s3:ObjectCreated:Put", "s3:ObjectCreated:Copy"],
          prefix: "photos/",
          suffix: ".jpg",
        },
      ],
      queues: [
        {
          id: "audit",
          arn: "arn:aws:sqs:eu-west-1:123456789012:audit",
          events: ["s3:ObjectTagging:*"],
          prefix: "",
          suffix: "",
        },
      ],
      lambdaFunctions: [
        {
          id: "virus-scan",
          arn: "arn:aws:lambda:eu-west-1:123456789012:function:virus-scan",
          events: ["s3:ObjectCreated:*"],
          prefix: "inbox/",
          suffix: "",
        },
      ],
      eventBridge: true,
    });
    assert.deepEqual(server.requests.slice(-1), ["/busy/?notification="]);
  });

  it("gives nothing for a bucket that notifies nobody", async () => {
    assert.deepEqual(await read("quiet"), {
      topics: [],
      queues: [],
      lambdaFunctions: [],
      eventBridge: false,
    });
  });

  const mistakes = {
    absent: "it does not exist. Set its create to true, or correct its name.",
    foreign:
      "access is denied. These credentials need s3:GetBucketNotification and s3:PutBucketNotification on it.",
    far: "it is in another region. A bucket notifies topics of its own region only: deploy a stack there.",
    broken: "InternalError it is. (500).",
  };
  for (const [bucketName, reason] of Object.entries(mistakes)) {
    it(`says of a bucket that is ${bucketName} what to do, without a stack`, async () => {
      await assert.rejects(read(bucketName), (error) => {
        assert.ok(error instanceof NotificationReadError);
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(error.bucketName, bucketName);
        assert.ok(error.cause instanceof Error);
        assert.equal(
          error.message,
          `The notification configuration of bucket ${bucketName} cannot be read: ${reason}`,
        );
        return true;
      });
    });
  }
});
