import assert from "node:assert/strict";
import type { Environment } from "../../function/environment.ts";
import { ObjectsFailedError } from "../../function/errors.ts";
import { parseEvent } from "../../function/events.ts";
import { answerSearch } from "../../function/handler.ts";
import { ingestEvent } from "../../function/ingest.ts";
import type { Embedder } from "../../function/model/embedder.ts";
import { readEvent } from "../fixtures/event.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { createVirtualTime } from "../fixtures/virtual-time.ts";
import { type InMemoryStore, openInMemoryStore } from "../local/in-memory-store.ts";

/** A model that needs no files: three dimensions, a token a word. */
const embedder: Embedder = {
  model: "stand-in",
  dimensions: 3,
  maxDocumentTokens: 100,
  countTokens: (text) => text.split(/\s+/).length,
  embedDocument: async (text) => Float32Array.of(text.length, 1, 0),
  embedQuery: async (text) => Float32Array.of(text.length, 1, 0),
  close: async () => {},
};

function answer(text: string) {
  const bytes = Buffer.from(text);
  return {
    ContentLength: bytes.length,
    ContentType: "text/plain",
    ETag: '"e"',
    LastModified: new Date("2026-11-20T09:15:27Z"),
    Body: { transformToByteArray: async () => bytes },
  };
}

describe("ingestEvent", () => {
  const telemetry = createRecorder();
  let memory: InMemoryStore;
  before(async () => {
    memory = await openInMemoryStore(3);
  });
  after(() => memory.close());
  afterEach(async () => {
    await memory.clear();
    telemetry.clear();
  });

  function environmentOf(parts: Partial<Environment>): Environment {
    return {
      settings: {
        credentialsPlace: { store: "parameter-store", id: "/p" },
        modelPath: "/m",
        chunkTokens: 100,
        chunkOverlapTokens: 0,
        maxObjectBytes: 1000,
        topicArn: undefined,
      },
      publish: () => Promise.reject(new Error("There is no topic")),
      getObject: async ({ key }) => answer(`Text of ${key}`),
      embedder,
      store: memory.store,
      telemetry,
      close: async () => {},
      ...parts,
    };
  }

  async function statuses(): Promise<unknown[]> {
    const { rows } = await memory.database.query(
      "select key, status from source_objects order by key",
    );
    return rows;
  }

  it("ingests every object of an event", async () => {
    await ingestEvent(environmentOf({}), await readEvent("two-objects"));

    assert.deepEqual(await statuses(), [
      { key: "one.txt", status: "embedded" },
      { key: "three.txt", status: "embedded" },
      { key: "two.txt", status: "embedded" },
    ]);
  });

  it("finishes the others when one object fails, and names the one that did", async () => {
    const cause = Object.assign(new Error("Please reduce your request rate."), {
      name: "SlowDown",
    });
    const environment = environmentOf({
      getObject: async ({ key }) => {
        if (key === "two.txt") throw cause;
        return answer(`Text of ${key}`);
      },
    });

    const event = await readEvent("two-objects");
    await assert.rejects(ingestEvent(environment, event, createVirtualTime()), (error) => {
      assert.ok(error instanceof ObjectsFailedError);
      assert.equal(error.errors.length, 1);
      assert.match(error.message, /^1 object\(s\) failed.*s3:\/\/proofmark-dev-uploads\/two\.txt/);
      return true;
    });
    assert.deepEqual(await statuses(), [
      { key: "one.txt", status: "embedded" },
      { key: "three.txt", status: "embedded" },
    ]);
    assert.deepEqual(
      telemetry.failures.map(({ key }) => key),
      ["two.txt"],
    );
  });

  it("throws what stands between the function and an object, and records nothing of it", async () => {
    const denied = Object.assign(new Error("Access Denied"), { name: "AccessDenied" });
    const environment = environmentOf({ getObject: () => Promise.reject(denied) });

    await assert.rejects(ingestEvent(environment, await readEvent("put")), {
      name: "ObjectsFailedError",
      message: /role needs s3:GetObject/,
    });
    assert.deepEqual(await statuses(), []);
  });

  it("records an archived object, which only its restoration can make readable", async () => {
    const archived = Object.assign(new Error("archived"), { name: "InvalidObjectState" });
    await ingestEvent(
      environmentOf({ getObject: () => Promise.reject(archived) }),
      await readEvent("put"),
    );

    assert.deepEqual(await statuses(), [{ key: "reports/summary.md", status: "rejected" }]);
  });

  it("stores nothing of an embedding that is not a number", async () => {
    const broken = environmentOf({
      embedder: {
        ...embedder,
        embedDocument: () =>
          Promise.reject(Object.assign(new Error("NaN"), { name: "InvalidEmbeddingError" })),
      },
    });

    await assert.rejects(ingestEvent(broken, await readEvent("put")), {
      name: "ObjectsFailedError",
    });
    assert.deepEqual(await statuses(), []);
    const { rows } = await memory.database.query("select * from content_embeddings");
    assert.deepEqual(rows, []);
  });

  it("goes on where the last try stopped", async () => {
    const text = Array.from(
      { length: 40 },
      (_, n) => `Sentence ${n} of ten words that is one chunk.`,
    );
    const embedded: string[] = [];
    const failing = (failAfter: number) =>
      environmentOf({
        settings: { ...environmentOf({}).settings, chunkTokens: 10, maxObjectBytes: 10_000 },
        getObject: async () => answer(text.join(" ")),
        embedder: {
          ...embedder,
          async embedDocument(content) {
            if (embedded.length === failAfter) throw new Error("killed");
            embedded.push(content);
            return embedder.embedDocument(content);
          },
        },
      });

    await assert.rejects(ingestEvent(failing(25), await readEvent("put")));
    await ingestEvent(failing(1000), await readEvent("put"));

    assert.equal(embedded.length, 40);
    assert.equal(new Set(embedded).size, 40);
  });

  describe("with a document that needs three times the time of a run", () => {
    const text = Array.from(
      { length: 30 },
      (_, n) => `Sentence ${n} of ten words that is one chunk.`,
    ).join(" ");
    const topicArn = "arn:aws:sns:eu-west-1:123456789012:uploads";
    let embedded: string[];
    let published: string[];
    beforeEach(() => {
      embedded = [];
      published = [];
    });

    /** One run of ten seconds, of which each embedding takes one. */
    async function run(event: unknown, parts: Partial<Environment> = {}, milliseconds = 10_000) {
      const time = createVirtualTime(milliseconds);
      const settings = { ...environmentOf({}).settings, chunkTokens: 10, maxObjectBytes: 10_000 };
      const environment = environmentOf({
        settings: { ...settings, topicArn },
        getObject: async () => answer(text),
        async publish(topic, message) {
          assert.equal(topic, topicArn);
          published.push(message);
        },
        embedder: {
          ...embedder,
          async embedDocument(content) {
            embedded.push(content);
            time.pass(1_000);
            assert.ok(time.remainingMilliseconds() > 0, "it would have been killed");
            return embedder.embedDocument(content);
          },
        },
        ...parts,
      });
      await ingestEvent(environment, event, time);
    }
    const namesOf = (error: unknown) => {
      assert.ok(error instanceof ObjectsFailedError);
      return error.errors.map(({ name }) => name);
    };

    it("stores it in runs that follow each other, each event as the first", async () => {
      const event = await readEvent("put");

      await run(event);
      for (let message = published[0]; message !== undefined; message = published.shift()) {
        published.length = 0;
        assert.deepEqual(parseEvent(JSON.parse(message)), parseEvent(event));
        await run({ Records: [{ Sns: { Message: message } }] });
      }

      assert.deepEqual(
        telemetry.outcomes.map(({ outcome }) => outcome),
        [
          { status: "continued", embedded: 8, toEmbed: 30 },
          { status: "continued", embedded: 8, toEmbed: 22 },
          { status: "continued", embedded: 8, toEmbed: 14 },
          { status: "embedded", chunks: 30, tokens: 270, embedded: 6 },
        ],
      );
      assert.deepEqual(telemetry.failures, []);
      assert.equal(embedded.length, 30);
      assert.equal(new Set(embedded).size, 30);
    });

    it("fails for the retry to go on where it has no topic", async () => {
      const event = await readEvent("put");
      const settings = { ...environmentOf({}).settings, chunkTokens: 10, maxObjectBytes: 10_000 };

      const tries: string[] = [];
      while (!tries.includes("done")) {
        tries.push(
          await run(event, { settings }).then(
            () => "done",
            (error) => String(namesOf(error)),
          ),
        );
      }

      assert.deepEqual(tries, ["OutOfTimeError", "OutOfTimeError", "OutOfTimeError", "done"]);
      assert.equal(new Set(embedded).size, embedded.length);
      assert.deepEqual(published, []);
    });

    it("fails where the topic takes nothing, and names it", async () => {
      const publish = () => Promise.reject(new Error("not authorized"));

      await assert.rejects(run(await readEvent("put"), { publish }), (error) => {
        assert.deepEqual(namesOf(error), ["ContinuationError"]);
        assert.match(
          String(error),
          /could not be published to arn:.*:uploads again: not authorized/,
        );
        return true;
      });
      assert.equal(telemetry.failures.length, 1);
      assert.deepEqual(telemetry.outcomes, []);
    });

    it("is not followed by another run if it got nowhere", async () => {
      await assert.rejects(run(await readEvent("put"), {}, 900), (error) => {
        assert.deepEqual(namesOf(error), ["OutOfTimeError"]);
        return true;
      });
      assert.deepEqual([embedded, published], [[], []]);
    });

    it("leaves all of an event to the retry if another object of it failed", async () => {
      const getObject: Environment["getObject"] = async ({ key }) => {
        if (key === "two.txt") throw new Error("Access Denied");
        return answer(text);
      };

      await assert.rejects(run(await readEvent("two-objects"), { getObject }), (error) => {
        assert.ok(namesOf(error).includes("OutOfTimeError"));
        assert.ok(namesOf(error).includes("ObjectReadError"));
        return true;
      });
      assert.deepEqual(published, []);
    });
  });

  it("opens an object anew when its download breaks off", async () => {
    const reset = Object.assign(new Error("aborted"), { code: "ECONNRESET" });
    let opened = 0;
    const environment = environmentOf({
      async getObject() {
        opened += 1;
        const given = answer(`Version ${opened}`);
        if (opened === 1) given.Body.transformToByteArray = () => Promise.reject(reset);
        return given;
      },
    });

    await ingestEvent(environment, await readEvent("put"), createVirtualTime());

    const { rows } = await memory.database.query("select content from content_embeddings");
    assert.deepEqual(rows, [{ content: "Version 2" }]);
  });

  it("embeds again what another object's removal took away meanwhile", async () => {
    await ingestEvent(environmentOf({}), await readEvent("put"));
    let removed = false;
    const { store } = memory;
    const environment = environmentOf({
      getObject: async () => answer("Text of reports/summary.md"),
      store: {
        ...store,
        async knownContent(ids, model) {
          const known = await store.knownContent(ids, model);
          if (!removed) {
            removed = true;
            await store.removeObject(
              { bucket: "proofmark-dev-uploads", key: "reports/summary.md" },
              {
                modifiedAt: new Date(),
                sequencer: undefined,
                etag: undefined,
                versionId: undefined,
              },
            );
          }
          return known;
        },
      },
    });

    await ingestEvent(
      environment,
      JSON.parse(JSON.stringify(await readEvent("put")).replace("summary.md", "copy.md")),
    );

    const { rows } = await memory.database.query("select content, key from content_embeddings");
    assert.deepEqual(rows, [{ content: "Text of reports/summary.md", key: "reports/copy.md" }]);
  });

  it("reads an object again when others stored it meanwhile and the event has no sequencer", async () => {
    const event = await readEvent("put");
    const unnumbered = JSON.parse(
      JSON.stringify(event).replace(/, \\"sequencer\\": \\"\w+\\"/, ""),
    );
    assert.notDeepEqual(unnumbered, event);
    let reads = 0;
    const environment = environmentOf({
      async getObject() {
        reads += 1;
        const given = answer(`Version ${reads}`);
        if (reads === 1)
          await ingestEvent(environmentOf({ getObject: async () => answer("Other") }), event);
        return given;
      },
    });

    await ingestEvent(environment, unnumbered);

    const { rows } = await memory.database.query(
      "select content from content_embeddings order by 1",
    );
    assert.deepEqual(rows, [{ content: "Version 1" }, { content: "Version 2" }]);
    assert.deepEqual(await statuses(), [{ key: "reports/summary.md", status: "embedded" }]);
  });

  it("throws on a malformed event after sending its telemetry", async () => {
    await assert.rejects(ingestEvent(environmentOf({}), { Records: [{}] }), {
      name: "MalformedEventError",
    });
    assert.equal(telemetry.flushes, 1);
  });

  it("says why it ignored what it ignored", async () => {
    await ingestEvent(environmentOf({}), await readEvent("test-event"));

    assert.equal(telemetry.reasons.length, 1);
    assert.deepEqual(await statuses(), []);
  });
});

describe("answerSearch", () => {
  let memory: InMemoryStore;
  const environment = async () => ({ embedder, store: memory.store });
  before(async () => {
    memory = await openInMemoryStore(3);
    const text = { id: "a", content: "a text", tokens: 2, index: 0, count: 1, model: "stand-in" };
    const object = { bucket: "proofmark-dev-uploads", key: "a.txt" };
    await memory.store.storeContent(object, { ...text, embedding: Float32Array.of(0, 1, 0) }, {});
    const other = { ...text, id: "b", content: "another text" };
    await memory.store.storeContent(object, { ...other, embedding: Float32Array.of(0, 0, 1) }, {});
  });
  after(() => memory.close());

  /** As https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html has it, with what is read of it. */
  function urlRequest(body: string, isBase64Encoded = false): object {
    return {
      version: "2.0",
      rawPath: "/",
      headers: { "content-type": "application/json" },
      requestContext: { accountId: "123456789012", http: { method: "POST", path: "/" } },
      body,
      isBase64Encoded,
    };
  }

  it("gives the matches of a direct invocation, best first", async () => {
    const matches = await answerSearch(environment, { question: "a question" });

    assert.ok(Array.isArray(matches));
    assert.deepEqual(
      matches.map(({ content }) => content),
      ["a text", "another text"],
    );
  });

  it("takes a question with characters that Postgres has no text of", async () => {
    const matches = await answerSearch(environment, { question: "a\0 \ud800 text" });

    assert.ok(Array.isArray(matches));
    assert.equal(matches.length, 2);
  });

  it("answers a request to the URL with the same matches as JSON", async () => {
    const question = { question: "a question", count: 1 };
    const matches = await answerSearch(environment, question);
    const body = JSON.stringify(question);

    for (const request of [urlRequest(body), urlRequest(btoa(body), true)]) {
      assert.deepEqual(await answerSearch(environment, request), {
        statusCode: 200,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(matches),
      });
    }
  });

  const never = () => assert.fail("the model was opened for nothing");
  const question = "question: expected a text of 1 to 1000 characters";
  const count = "count: expected a whole number from 1 to 100";
  const filter = 'filter: expected an object as {"user": {"team": "sales"}}';
  const time = "expected a time as 2026-11-28 or 2026-11-28T09:30:00Z";
  for (const [body, mistake] of [
    ["", "the body: expected JSON"],
    ["{", "the body: expected JSON"],
    ["[]", question],
    ["null", question],
    ['{"question": " "}', question],
    [JSON.stringify({ question: "x".repeat(1001) }), question],
    ['{"question": "x", "count": 0}', count],
    ['{"question": "x", "count": 101}', count],
    ['{"question": "x", "count": 1.5}', count],
    ['{"question": "x", "count": "5"}', count],
    ['{"question": 1, "count": "5"}', `${question}; ${count}`],
    ['{"question": "x", "keyPrefx": "a/"}', "keyPrefx: not an option of a search"],
    [String.raw`{"question": "x", "a\"b": 1}`, 'a"b: not an option of a search'],
    [
      '{"question": "x", "vectorWeight": 0, "textWeight": 0}',
      "vectorWeight, textWeight: expected one of them above 0",
    ],
    ['{"question": "x", "keyPrefix": ""}', "keyPrefix: expected a text of 1 to 1024 characters"],
    ['{"question": "x", "filter": []}', filter],
    ['{"question": "x", "filter": "team"}', filter],
    ['{"question": "x", "modifiedFrom": "yesterday"}', `modifiedFrom: ${time}`],
    ['{"question": "x", "modifiedBefore": "2026-13-01"}', `modifiedBefore: ${time}`],
    ['{"question": "x", "textWeight": -1}', "textWeight: expected a number from 0 to 100"],
    ['{"question": "x", "neighbours": 11}', "neighbours: expected a whole number from 0 to 10"],
  ] as const) {
    const message = `The search is malformed at ${mistake}. Send {"question": "…", "count": 10}; count may be left out.`;

    it(`answers 400 to ${body.slice(0, 40) || "nothing"}, and says what is expected`, async () => {
      assert.deepEqual(await answerSearch(never, urlRequest(body)), {
        statusCode: 400,
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ error: message }),
      });
    });

    if (mistake.startsWith("the body")) continue;
    it(`throws the same at a direct invocation with ${body.slice(0, 40)}`, async () => {
      await assert.rejects(answerSearch(never, JSON.parse(body)), {
        name: "InvalidQuestionError",
        message,
      });
    });
  }

  it("throws what is no fault of the caller's, so that Lambda logs it and says nothing of it", async () => {
    const failure = new Error("the store is away");
    const broken = () => Promise.reject(failure);

    await assert.rejects(answerSearch(broken, urlRequest('{"question": "x"}')), failure);
  });
});
