import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { DocumentBucket } from "../../infra/document-buckets.ts";
import type { BucketNotifications } from "../../infra/notification-reader.ts";
import { UploadNotifications } from "../../infra/upload-notifications.ts";
import { inputsOf, record, titles } from "./recording.ts";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:acme-dev-uploads";
const EVENTS = [
  "s3:ObjectCreated:*",
  "s3:ObjectRestore:Completed",
  "s3:ObjectRemoved:*",
  "s3:LifecycleExpiration:*",
];

function create(
  buckets: readonly Pick<DocumentBucket, "name" | "created" | "filters">[],
  kept: ReadonlyMap<string, BucketNotifications> = new Map(),
) {
  return record(
    () =>
      new UploadNotifications("uploads", {
        buckets: buckets.map((bucket) => ({
          ...bucket,
          bucketName: pulumi.output(bucket.name),
          arn: pulumi.output(`arn:aws:s3:::${bucket.name}`),
        })),
        topicArn: TOPIC_ARN,
        kept,
        after: [],
      }),
  );
}

describe("UploadNotifications", () => {
  it("publishes created, restored, removed and expired objects, for each filter once", async () => {
    const { resources } = await create([
      {
        name: "docs",
        created: true,
        filters: [
          { prefix: "in/", suffix: ".md" },
          { prefix: "", suffix: ".pdf" },
        ],
      },
    ]);

    assert.deepEqual(inputsOf(resources, "BucketNotification"), {
      bucket: "docs",
      topics: [
        {
          id: "uploads-0",
          topicArn: TOPIC_ARN,
          events: EVENTS,
          filterPrefix: "in/",
          filterSuffix: ".md",
        },
        { id: "uploads-1", topicArn: TOPIC_ARN, events: EVENTS, filterSuffix: ".pdf" },
      ],
      queues: [],
      lambdaFunctions: [],
      eventbridge: false,
    });
  });

  it("has one configuration for each bucket", async () => {
    const everything = [{ prefix: "", suffix: "" }];
    const { resources } = await create([
      { name: "docs", created: true, filters: everything },
      { name: "theirs", created: false, filters: everything },
    ]);

    assert.deepEqual(titles(resources), ["BucketNotification docs", "BucketNotification theirs"]);
  });

  it("gives a bucket back what it notified before", async () => {
    const target = (arn: string) => ({
      id: `to-${arn}`,
      arn,
      events: ["s3:ObjectCreated:Put"],
      prefix: "photos/",
      suffix: "",
    });
    const { resources } = await create(
      [{ name: "theirs", created: false, filters: [{ prefix: "in/", suffix: "" }] }],
      new Map([
        [
          "theirs",
          {
            topics: [target("arn:topic")],
            queues: [target("arn:queue")],
            lambdaFunctions: [target("arn:function")],
            eventBridge: true,
          },
        ],
      ]),
    );

    const rest = { events: ["s3:ObjectCreated:Put"], filterPrefix: "photos/" };
    assert.deepEqual(inputsOf(resources, "BucketNotification"), {
      bucket: "theirs",
      topics: [
        { id: "uploads-0", topicArn: TOPIC_ARN, events: EVENTS, filterPrefix: "in/" },
        { id: "to-arn:topic", topicArn: "arn:topic", ...rest },
      ],
      queues: [{ id: "to-arn:queue", queueArn: "arn:queue", ...rest }],
      lambdaFunctions: [{ id: "to-arn:function", lambdaFunctionArn: "arn:function", ...rest }],
      eventbridge: true,
    });
  });
});
