import assert from "node:assert/strict";
import * as v from "valibot";
import { type Batch, ingestBatch, isBatch } from "../../function/batch.ts";
import type { Environment } from "../../function/environment.ts";
import { createEvent } from "../../function/events.ts";
import type { Embedder } from "../../function/model/embedder.ts";
import { readEvent } from "../fixtures/event.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { createVirtualTime } from "../fixtures/virtual-time.ts";
import { type InMemoryStore, openInMemoryStore } from "../local/in-memory-store.ts";

const embedder: Embedder = {
  model: "stand-in",
  dimensions: 3,
  maxDocumentTokens: 100,
  countTokens: (text) => text.split(/\s+/).length,
  embedDocument: async (text) => Float32Array.of(text.length, 1, 0),
  embedQuery: async (text) => Float32Array.of(text.length, 1, 0),
  close: async () => {},
};
const topicArn = "arn:aws:sns:eu-west-1:123456789012:acme-dev-uploads";

const message = (messageId: string, body: string): Batch["Records"][number] => ({
  eventSource: "aws:sqs",
  messageId,
  body,
});

/** Of the upload of one object. */
const upload = (key: string) =>
  message(
    key,
    JSON.stringify(
      createEvent([
        {
          eventName: "ObjectCreated:Put",
          bucket: "uploads",
          key,
          occurredAt: new Date("2026-11-20T09:15:27Z"),
          sequencer: "0061",
        },
      ]),
    ),
  );

describe("ingestBatch", () => {
  const telemetry = createRecorder();
  let memory: InMemoryStore;
  let published: string[];
  before(async () => {
    memory = await openInMemoryStore(3);
  });
  after(() => memory.close());
  beforeEach(() => {
    published = [];
  });
  afterEach(async () => {
    await memory.clear();
    telemetry.clear();
  });

  function environmentOf(parts: Partial<Environment> = {}): Environment {
    return {
      settings: {
        credentialsPlace: { store: "parameter-store", id: "/p" },
        modelPath: "/m",
        chunkTokens: 100,
        chunkOverlapTokens: 0,
        maxObjectBytes: 1000,
        topicArn,
      },
      publish: async (_, body) => void published.push(body),
      getObject: async ({ key }) => {
        if (key.startsWith("poison")) throw new Error("poison");
        const bytes = Buffer.from(`Text of ${key}`);
        return {
          ContentLength: bytes.length,
          ContentType: "text/plain",
          ETag: '"e"',
          LastModified: new Date("2026-11-20T09:15:27Z"),
          Body: { transformToByteArray: async () => bytes },
        };
      },
      embedder,
      store: memory.store,
      telemetry,
      close: async () => {},
      ...parts,
    };
  }

  async function storedKeys(): Promise<string[]> {
    const { rows } = await memory.database.query("select key from source_objects order by key");
    return v.parse(v.array(v.object({ key: v.string() })), rows).map(({ key }) => key);
  }

  it("gives back the messages that failed, and these alone", async () => {
    const keys = ["a.txt", "poison-1.txt", "b.txt", "poison-2.txt", "c.txt"];
    const Records = keys.map(upload);

    const answer = await ingestBatch(environmentOf(), { Records }, createVirtualTime());

    assert.deepEqual(answer, {
      batchItemFailures: [{ itemIdentifier: "poison-1.txt" }, { itemIdentifier: "poison-2.txt" }],
    });
    assert.deepEqual(await storedKeys(), ["a.txt", "b.txt", "c.txt"]);
    assert.deepEqual(
      telemetry.failures.map(({ key }) => key),
      ["poison-1.txt", "poison-2.txt"],
    );
    assert.equal(telemetry.flushes, 1);
  });

  it("gives back every message where all of them failed, instead of throwing", async () => {
    const Records = ["poison-1.txt", "poison-2.txt"].map(upload);

    const answer = await ingestBatch(environmentOf(), { Records }, createVirtualTime());

    assert.equal(answer.batchItemFailures.length, 2);
  });

  for (const [what, body] of [
    ["no JSON", "not an event"],
    ["another event", '{"detail":{}}'],
  ] as const) {
    it(`gives back a message that is ${what}, and says which`, async () => {
      const Records = [message("unreadable", body), upload("a.txt")];

      const answer = await ingestBatch(environmentOf(), { Records }, createVirtualTime());

      assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "unreadable" }] });
      assert.deepEqual(await storedKeys(), ["a.txt"]);
      const [told, ...others] = telemetry.messages;
      assert.deepEqual(others, []);
      assert.equal(told?.messageId, "unreadable");
      assert.match(String(told?.error), /^MalformedEventError: The event is malformed at /);
    });
  }

  it("publishes again what it has no time to begin, which then has not failed", async () => {
    const Records = ["a.txt", "b.txt", "c.txt"].map(upload);
    const time = createVirtualTime();
    let begun = 0;
    const environment = environmentOf({
      getObject: async (object) => {
        begun += 1;
        return environmentOf().getObject(object);
      },
    });

    const late = { ...time, remainingMilliseconds: () => (begun === 0 ? 300_000 : 14_999) };
    const answer = await ingestBatch(environment, { Records }, late);

    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(await storedKeys(), ["a.txt"]);
    assert.deepEqual(
      published,
      Records.slice(1).map(({ body }) => body),
    );
  });

  it("gives back what it has no time even to publish again", async () => {
    const Records = ["a.txt", "b.txt"].map(upload);
    const remainingMilliseconds = () => (telemetry.outcomes.length === 0 ? 300_000 : 999);

    const late = { ...createVirtualTime(), remainingMilliseconds };
    const answer = await ingestBatch(environmentOf(), { Records }, late);

    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "b.txt" }] });
    assert.deepEqual(await storedKeys(), ["a.txt"]);
    assert.deepEqual(published, []);
    const [told] = telemetry.messages;
    assert.match(String(told?.error), /^MessageNotBegunError: .* before message b\.txt was begun/);
  });

  it("begins the first message, and what cannot be published again, however little time is left", async () => {
    const Records = ["a.txt", "b.txt"].map(upload);
    const environment = environmentOf({ publish: () => Promise.reject(new Error("throttled")) });

    const late = { ...createVirtualTime(), remainingMilliseconds: () => 14_999 };
    const answer = await ingestBatch(environment, { Records }, late);

    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(await storedKeys(), ["a.txt", "b.txt"]);
  });
});

describe("isBatch", () => {
  it("tells what SQS sends from what SNS and S3 send", async () => {
    assert.ok(isBatch({ Records: [{ ...message("1", "{}"), receiptHandle: "r" }] }));
    for (const name of ["put", "bare-s3", "two-objects"]) {
      assert.ok(!isBatch(await readEvent(name)), name);
    }
    assert.ok(!isBatch({ Records: [] }));
  });
});
