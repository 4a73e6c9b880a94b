import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import {
  type KeptNotificationsArgs,
  OverlappingNotificationError,
  readKeptNotifications,
} from "../../infra/kept-notifications.ts";
import type { BucketNotifications } from "../../infra/notification-reader.ts";
import { record } from "./recording.ts";

const TOPIC_ARN = "arn:aws:sns:eu-west-1:123456789012:acme-dev-uploads";
const none: BucketNotifications = {
  topics: [],
  queues: [],
  lambdaFunctions: [],
  eventBridge: false,
};
const scan = {
  id: "virus-scan",
  arn: "arn:aws:lambda:eu-west-1:123456789012:function:virus-scan",
  events: ["s3:ObjectCreated:*"],
  prefix: "inbox/",
  suffix: "",
};

async function keep(
  buckets: KeptNotificationsArgs["buckets"],
  found: Readonly<Record<string, BucketNotifications>>,
) {
  const asked: string[] = [];
  const { result } = await record(() =>
    readKeptNotifications({
      buckets,
      topicArn: TOPIC_ARN,
      readNotifications: async (bucketName) => {
        asked.push(bucketName);
        return found[bucketName] ?? none;
      },
    }),
  );
  return { kept: Object.fromEntries(result), asked };
}

describe("readKeptNotifications", () => {
  it("asks for existing buckets only, once each", async () => {
    const { kept, asked } = await keep(
      [
        { name: "made", create: true, prefix: "", suffix: "" },
        { name: "theirs", create: false, prefix: "a/", suffix: "" },
        { name: "theirs", create: false, prefix: "b/", suffix: "" },
      ],
      {},
    );

    assert.deepEqual(asked, ["theirs"]);
    assert.deepEqual(kept, { theirs: none });
  });

  it("keeps what is there and does not overlap", async () => {
    const theirs = { ...none, lambdaFunctions: [scan], eventBridge: true };

    const { kept } = await keep([{ name: "theirs", create: false, prefix: "docs/", suffix: "" }], {
      theirs,
    });

    assert.deepEqual(kept, { theirs });
  });

  it("drops what an earlier deployment of this stack left, so that it is not there twice", async () => {
    const ours = { ...scan, id: "uploads-0", arn: TOPIC_ARN, prefix: "" };

    const { kept } = await keep([{ name: "theirs", create: false, prefix: "", suffix: "" }], {
      theirs: { ...none, topics: [ours] },
    });

    assert.deepEqual(kept, { theirs: none });
  });

  for (const kind of ["topics", "queues", "lambdaFunctions"] as const) {
    it(`refuses one of the ${kind} that takes the same objects, and names both`, async () => {
      const buckets = [
        { name: "theirs", create: false, prefix: "docs/", suffix: "" },
        { name: "theirs", create: false, prefix: "", suffix: ".md" },
      ];

      await assert.rejects(keep(buckets, { theirs: { ...none, [kind]: [scan] } }), (error) => {
        assert.ok(error instanceof OverlappingNotificationError);
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(error.bucketName, "theirs");
        assert.equal(error.target, scan);
        assert.equal(
          error.message,
          "Bucket theirs already sends s3:ObjectCreated:* of keys inbox/* to " +
            "arn:aws:lambda:eu-west-1:123456789012:function:virus-scan (configuration virus-scan), " +
            "and S3 gives an event to one destination only: it would refuse keys *.md here. " +
            "Choose another prefix or suffix in buckets, or remove that configuration and let its " +
            "destination subscribe to the new topic.",
        );
        return true;
      });
    });
  }
});
