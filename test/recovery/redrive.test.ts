import assert from "node:assert/strict";
import { createEvent } from "../../function/events.ts";
import { createNotification } from "../../local/notification.ts";
import type { Deployment } from "../../recovery/deployment.ts";
import { redrive } from "../../recovery/redrive.ts";
import { type CloudStack, startCloudStack } from "./cloud-stack.ts";

const messageOf = (...keys: string[]) =>
  JSON.stringify(
    createEvent(
      keys.map((key, index) => ({
        bucket: "documents",
        key,
        eventName: "ObjectCreated:Put",
        occurredAt: new Date("2026-11-25T12:00:00Z"),
        sequencer: `0065F1A${index}`,
      })),
    ),
  );

/** As Lambda sends it. */
const recordOf = (message: string, parts: object = {}) =>
  JSON.stringify({
    version: "1.0",
    timestamp: "2026-11-25T12:03:00.000Z",
    requestContext: {
      requestId: "6f1d2c",
      functionArn: "arn:aws:lambda:us-east-1:000000000000:function:dev:$LATEST",
      condition: "RetriesExhausted",
      approximateInvokeCount: 3,
    },
    requestPayload: createNotification(message),
    responseContext: { statusCode: 200, functionError: "Unhandled" },
    responsePayload: { errorType: "ObjectsFailedError", errorMessage: "Supabase is paused" },
    ...parts,
  });

/** As SNS sends it. */
const notificationOf = (message: string) =>
  JSON.stringify({ Type: "Notification", TopicArn: "arn:aws:sns:…", Message: message });

describe("redrive", () => {
  let stack: CloudStack;
  let deployment: Deployment;
  before(async () => {
    stack = await startCloudStack();
  });
  beforeEach(() => {
    deployment = stack.open();
  });
  afterEach(async () => {
    await stack.deliver();
    for (const { receive } of deployment.deadLetterQueues) {
      for await (const letter of receive()) await letter.delete();
    }
    await stack.local.database.exec("truncate content_embeddings, source_objects");
    await deployment.close();
  });
  after(() => stack.close());

  /** Each message by its queue's last word and status, with what it shows. */
  async function run(isSelected: Parameters<typeof redrive>[1] = () => false): Promise<unknown[]> {
    const lines: unknown[] = [];
    for await (const redriven of redrive(deployment, isSelected, () => new Date())) {
      const { queue, status } = redriven;
      lines.push(
        redriven.status === "unreadable"
          ? [queue.name, status, redriven.problem]
          : [
              queue.name,
              status,
              redriven.event.objects.map(({ key }) => key).join(),
              redriven.event.tries,
              redriven.event.reason,
            ],
      );
    }
    return lines;
  }

  it("shows what lies in both queues, and leaves all of it there for the next look", async () => {
    await stack.send("failed", recordOf(messageOf("a b+ü.txt")));
    await stack.send("failed", recordOf(messageOf("b.txt", "c.txt"), { responsePayload: null }));
    await stack.send("undelivered", notificationOf(messageOf("d.txt")), {
      ErrorMessage: { DataType: "String", StringValue: "Rate exceeded" },
    });
    await stack.send("undelivered", notificationOf(messageOf("e.txt")));
    const shown = [
      ["failed", "kept", "a b+ü.txt", 3, "Supabase is paused"],
      ["failed", "kept", "b.txt,c.txt", 3, "RetriesExhausted"],
      ["undelivered", "kept", "d.txt", 0, "Rate exceeded"],
      ["undelivered", "kept", "e.txt", 0, "SNS could not deliver it"],
    ];

    assert.deepEqual(await run(), shown);
    assert.deepEqual(await run(), shown);
    assert.deepEqual(await stack.deliver(), []);
  });

  it("publishes each event as S3 did, and empties the queues", async () => {
    await stack.local.bucket.put("a.txt", Buffer.from("Bees dance for sugar"), "text/plain");
    await stack.send("failed", recordOf(messageOf("a.txt")));
    await stack.send("undelivered", notificationOf(messageOf("gone.txt")));

    assert.deepEqual(
      (await run(() => true)).map((line) => (Array.isArray(line) ? line.slice(0, 3) : line)),
      [
        ["failed", "sent", "a.txt"],
        ["undelivered", "sent", "gone.txt"],
      ],
    );

    assert.deepEqual(await run(), []);
    const delivered = await stack.deliver();
    assert.deepEqual(delivered.toSorted(), [messageOf("a.txt"), messageOf("gone.txt")].toSorted());
    const { rows } = await stack.local.database.query(
      "select key, status from source_objects order by key",
    );
    assert.deepEqual(rows, [
      { key: "a.txt", status: "embedded" },
      { key: "gone.txt", status: "removed" },
    ]);
  });

  it("reads what SQS moved there from the queue of uploads, and sends it again", async () => {
    await stack.send("failed", messageOf("a.txt"));
    await stack.send("undelivered", messageOf("b.txt"), {
      ErrorMessage: { DataType: "String", StringValue: "Access denied" },
    });
    const reason = "the function failed on it; its log says why";

    assert.deepEqual(await run(), [
      ["failed", "kept", "a.txt", 0, reason],
      ["undelivered", "kept", "b.txt", 0, "Access denied"],
    ]);
    assert.deepEqual(await run(() => true), [
      ["failed", "sent", "a.txt", 1, reason],
      ["undelivered", "sent", "b.txt", 0, "Access denied"],
    ]);
    assert.deepEqual(
      (await stack.deliver()).toSorted(),
      [messageOf("a.txt"), messageOf("b.txt")].toSorted(),
    );
  });

  it("takes a selection from more messages than one request gives", async () => {
    for (let number = 0; number < 25; number += 1) {
      await stack.send("failed", recordOf(messageOf(`${number % 5}/${number}.txt`)));
    }

    const lines = await run((objects) => objects.some(({ key }) => key.startsWith("3/")));

    assert.equal(lines.length, 25);
    const delivered = await stack.deliver();
    assert.deepEqual(
      delivered.toSorted(),
      [3, 8, 13, 18, 23].map((number) => messageOf(`3/${number}.txt`)).toSorted(),
    );
    assert.equal((await run()).length, 20);
  });

  it("shows what it cannot read as such, and never deletes it", async () => {
    const bodies = ["no JSON", '{"unknown":1}', recordOf('{"Records":[{}]}')];
    for (const body of bodies) await stack.send("failed", body);

    const lines = await run(() => true);

    assert.deepEqual(lines, [
      ["failed", "unreadable", `Unexpected token 'o', "no JSON" is not valid JSON`],
      ["failed", "unreadable", 'The event is malformed at event.Records: expected "Records".'],
      [
        "failed",
        "unreadable",
        'The event is malformed at event.Records[0].Sns.Message.Records[0].eventName: expected "eventName".',
      ],
    ]);
    assert.deepEqual(await stack.bodies("failed"), bodies);
  });

  it("takes an event that was sent by hand, without SNS", async () => {
    const event = createEvent([
      {
        bucket: "documents",
        key: "hand.txt",
        eventName: "ObjectCreated:Put",
        occurredAt: new Date(0),
        sequencer: undefined,
      },
    ]);
    await stack.send("failed", recordOf("", { requestPayload: event }));

    await run(() => true);

    assert.deepEqual(await stack.deliver(), [JSON.stringify(event)]);
  });

  it("deletes nothing that the topic did not take, and what came before it once", async () => {
    const bodies = ["1.txt", "2.txt", "3.txt"].map((key) => recordOf(messageOf(key)));
    for (const body of bodies) await stack.send("failed", body);
    const { publish } = deployment;
    let published = 0;
    deployment = {
      ...deployment,
      async publish(messages) {
        published += 1;
        if (published === 2) throw new Error("The topic is gone");
        await publish(messages);
      },
    };

    await assert.rejects(
      run(() => true),
      /The topic is gone/,
    );

    assert.deepEqual((await stack.bodies("failed")).toSorted(), bodies.slice(1).toSorted());
    assert.deepEqual(await stack.deliver(), [messageOf("1.txt")]);
  });

  it("leaves for the next run what fails while it runs", async () => {
    const began = new Date(Date.now() - 60_000);
    await stack.send("failed", recordOf(messageOf("late.txt")));

    const statuses = [];
    for await (const { status } of redrive(
      deployment,
      () => true,
      () => began,
    )) {
      statuses.push(status);
    }

    assert.deepEqual(statuses, ["kept"]);
    assert.deepEqual(await stack.deliver(), []);
  });
});
