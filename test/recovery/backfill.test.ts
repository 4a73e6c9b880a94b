import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEvent } from "../../function/events.ts";
import { searchContent } from "../../function/search.ts";
import { type BackfillOptions, backfill } from "../../recovery/backfill.ts";
import { createBackfillState } from "../../recovery/backfill-state.ts";
import { openCloudDeployment } from "../../recovery/cloud.ts";
import {
  BucketError,
  type Deployment,
  type DocumentBucket,
  findBucket,
} from "../../recovery/deployment.ts";
import { createVirtualTime } from "../fixtures/virtual-time.ts";
import { type CloudStack, startCloudStack } from "./cloud-stack.ts";

const everything = [{ prefix: "", suffix: "" }];

describe("backfill", () => {
  let stack: CloudStack;
  let folder: string;
  let deployment: Deployment;
  before(async () => {
    stack = await startCloudStack();
    deployment = stack.open();
    for (let number = 0; number < 24; number += 1) {
      await put(`in/${String(number).padStart(2, "0")}.txt`, `Bees dance for sugar ${number % 3}`);
    }
    for (const key of ["in/a.md", "in/folder/", "in/z +ü.txt", "other/b.txt"]) {
      await put(key, "Clouds foretell some rain");
    }
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "backfill-"));
  });
  afterEach(async () => {
    await stack.deliver();
    await stack.local.database.exec("truncate content_embeddings, source_objects");
    await rm(folder, { recursive: true });
  });
  after(async () => {
    await deployment.close();
    await stack.close();
  });

  const put = (key: string, text: string) =>
    stack.local.bucket.put(key, Buffer.from(text), "text/plain");
  const bucketOf = (filters: DocumentBucket["filters"]) => ({ name: "documents", filters });
  const optionsOf = (filters = everything, prefix = ""): BackfillOptions => ({
    bucket: bucketOf(filters),
    prefix,
    rate: 1_000,
    state: createBackfillState(folder, [filters, prefix]),
    time: createVirtualTime(),
    onProgress() {},
  });
  const keysOf = (messages: readonly string[]) =>
    messages
      .flatMap((message) => parseEvent(JSON.parse(message)).changes)
      .map(({ key }) => key)
      .toSorted();
  /** Refuses all that comes after so many calls. */
  const endingAfter = (calls: number): Deployment => {
    let published = 0;
    return {
      ...deployment,
      async publish(messages) {
        published += 1;
        if (published > calls) throw new Error("Killed");
        await deployment.publish(messages);
      },
    };
  };

  it("publishes an event without a sequencer for each object, which the function stores", async () => {
    assert.equal(await backfill(deployment, optionsOf()), 27);

    const messages = await stack.deliver();
    assert.equal(messages.length, 27);
    assert.ok(messages.every((message) => !message.includes("sequencer")));
    const { rows } = await stack.local.database.query<{ count: number }>(
      "select count(*)::int from source_objects where status = 'embedded'",
    );
    assert.deepEqual(rows, [{ count: 27 }]);
  });

  for (const [what, filters, prefix, keys] of [
    ["a prefix of its own", everything, "other/", ["other/b.txt"]],
    ["the stack's suffix", [{ prefix: "in/", suffix: ".md" }], "", ["in/a.md"]],
    [
      "every filter of the bucket",
      [
        { prefix: "in/", suffix: ".md" },
        { prefix: "other/", suffix: "" },
      ],
      "",
      ["in/a.md", "other/b.txt"],
    ],
    [
      "a prefix shorter than the stack's",
      [{ prefix: "in/z", suffix: ".txt" }],
      "i",
      ["in/z +ü.txt"],
    ],
    ["a prefix that the stack's excludes", [{ prefix: "in/", suffix: "" }], "other/", []],
  ] as const) {
    it(`keeps to ${what}`, async () => {
      await backfill(deployment, optionsOf([...filters], prefix));

      assert.deepEqual(keysOf(await stack.deliver()), keys);
    });
  }

  it("goes on where it was ended, and begins anew once it was complete", async () => {
    const progress: string[] = [];
    const onProgress: BackfillOptions["onProgress"] = ({ published, total }) =>
      progress.push(`${published} of ${total}`);
    const options = { ...optionsOf(), onProgress };

    await assert.rejects(backfill(endingAfter(1), options), /Killed/);
    assert.deepEqual(progress.splice(0), ["0 of 27", "10 of 27"]);
    const first = keysOf(await stack.deliver());

    assert.equal(await backfill(deployment, options), 27);
    assert.deepEqual(progress.splice(0), ["10 of 27", "20 of 27", "27 of 27"]);
    const rest = keysOf(await stack.deliver());
    assert.equal(new Set([...first, ...rest]).size, 27);
    assert.equal(first.length + rest.length, 27);

    assert.equal(await backfill(deployment, options), 27);
    assert.equal((await stack.deliver()).length, 27);
  });

  it("brings the content over to another model, which until then finds only what is done", async () => {
    await backfill(deployment, optionsOf());
    await stack.deliver();
    const { environment } = stack.local;
    const another = { ...environment, embedder: { ...environment.embedder, model: "another" } };
    const found = async (clients: typeof environment) =>
      (await searchContent(clients, "What do bees do?", { count: 100 }))
        .map(({ key }) => key)
        .toSorted();
    const bees = ["in/00.txt", "in/01.txt", "in/02.txt"];
    assert.deepEqual(await found(environment), ["in/a.md", ...bees].toSorted());
    assert.deepEqual(await found(another), []);

    await backfill(deployment, optionsOf(everything, "in/01"));
    await stack.deliver(another);
    assert.deepEqual(await found(another), ["in/01.txt"]);
    assert.deepEqual(await found(environment), ["in/00.txt", "in/02.txt", "in/a.md"]);

    await backfill(deployment, optionsOf());
    await stack.deliver(another);
    assert.deepEqual(await found(another), [...bees, "in/a.md"].toSorted());
    assert.deepEqual(await found(environment), []);
    const { rows } = await stack.local.database.query<{ count: number }>(
      "select count(*)::int from content_embeddings",
    );
    assert.deepEqual(rows, [{ count: 4 }]);
  });

  it("does not go on with another one's progress", async () => {
    await assert.rejects(backfill(endingAfter(1), optionsOf()), /Killed/);
    await stack.deliver();

    await backfill(deployment, optionsOf(everything, "in/0"));

    assert.equal((await stack.deliver()).length, 10);
  });

  for (const [rate, pauses] of [
    [5, [1_000, 1_000, 1_000, 1_000]],
    [2.5, [1_200, 1_200, 1_200, 1_200, 1_200, 1_200, 1_200]],
    [100, [100, 100]],
  ] as const) {
    it(`publishes ${rate} objects a second and no more`, async () => {
      const time = createVirtualTime();

      await backfill(deployment, { ...optionsOf(everything, "in/"), rate, time });

      assert.deepEqual(
        time.pauses.slice(0, pauses.length).map((pause) => Math.round(pause)),
        pauses,
      );
      assert.equal(
        time.now(),
        time.pauses.reduce((sum, pause) => sum + pause, 0),
      );
    });
  }

  it("names the buckets of the stack where it has none of that name", async () => {
    await assert.rejects(findBucket(deployment, "nowhere"), {
      name: "UnknownBucketError",
      message: "Stack dev has no bucket nowhere. Its buckets are documents.",
    });
  });

  it("says that a bucket is not there", async () => {
    const bucket = { name: "deleted-by-hand", filters: everything };

    await assert.rejects(
      backfill(deployment, { ...optionsOf(), bucket }),
      (error) =>
        error instanceof BucketError &&
        /^The objects of s3:\/\/deleted-by-hand\/ cannot be listed: The specified bucket does not exist/.test(
          error.message,
        ),
    );
  });

  it("says that the topic is not there, and publishes nothing", async () => {
    const { resources } = stack;
    const other = openCloudDeployment({ ...resources, topicArn: `${resources.topicArn}-gone` });

    await assert.rejects(backfill(other, optionsOf()), /Topic.* does not exist/);

    await other.close();
    assert.deepEqual(await stack.deliver(), []);
  });
});
