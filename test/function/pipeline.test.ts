import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { ingestEvent } from "../../function/ingest.ts";
import { readManifest } from "../../function/model/manifest.ts";
import { createMessage, createNotification } from "../../local/notification.ts";
import { type LocalStack, startLocalStack } from "../../local/stack.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { embeddedModelFolder } from "../models/folders.ts";

/** A text of several chunks, distinct by its number. */
function longText(number: number): string {
  const sentence = (index: number) =>
    `Sentence ${index} of text ${number} tells of nothing at all. `;
  return Array.from({ length: 60 }, (_, index) => sentence(index)).join("");
}

describe("the function, from an upload to its rows", () => {
  const recorder = createRecorder();
  let stack: LocalStack;
  before(async () => {
    const folder = embeddedModelFolder();
    const model = { folder, manifest: await readManifest(folder) };
    stack = await startLocalStack({ model, telemetry: recorder });
  });
  afterEach(async () => {
    for (const key of (await stack.bucket.list()).keys()) await stack.bucket.remove(key);
    await stack.database.exec("truncate content_embeddings, source_objects");
    recorder.clear();
  });
  after(() => stack.close());

  async function rows(sql: string): Promise<unknown[]> {
    return (await stack.database.query(sql)).rows;
  }

  async function upload(key: string, content: string | Uint8Array, contentType?: string) {
    recorder.clear();
    await stack.upload(key, Buffer.from(content), contentType);
    return recorder.outcomes[0]?.outcome;
  }

  async function rejection(key: string, content: string | Uint8Array, contentType?: string) {
    const outcome = await upload(key, content, contentType);
    assert.equal(outcome?.status, "rejected");
    assert.deepEqual(await rows("select * from content_embeddings"), []);
    const recorded = await rows("select key, status, error from source_objects");
    assert.deepEqual(recorded, [{ key, status: "rejected", error: outcome.error.message }]);
    return outcome.error.name;
  }

  const embeddings = () =>
    recorder.progress.filter(({ progress }) => progress.stage === "embed").length;

  it("stores a document that fits as one row, whose id is the SHA-256 of its content", async () => {
    const text = "# Opening hours\n\nWe open at nine.\n";

    const outcome = await upload("hours.md", text);

    assert.deepEqual(outcome, { status: "embedded", chunks: 1, tokens: 8, embedded: 1 });
    const model = stack.environment.embedder.model;
    assert.deepEqual(await rows("select id, content, key, metadata from content_embeddings"), [
      {
        id: createHash("sha256").update(text).digest("hex"),
        content: text,
        key: "hours.md",
        metadata: {
          bucket: "documents",
          contentType: "text/markdown",
          title: "Opening hours",
          headings: ["Opening hours"],
          model,
          tokens: 8,
          chunk: { index: 0, count: 1 },
        },
      },
    ]);
  });

  it("stores a longer document in chunks, each with its place, and shows each stage on the way", async () => {
    await upload("long.txt", longText(1));

    const stored = await rows(
      `select metadata -> 'chunk' as chunk, metadata ->> 'tokens' as tokens,
         id = encode(sha256(convert_to(content, 'UTF8')), 'hex') as is_digest
       from content_embeddings order by metadata -> 'chunk' -> 'index'`,
    );
    assert.ok(stored.length > 2);
    for (const [index, row] of stored.entries()) {
      assert.deepEqual(row, {
        chunk: { index, count: stored.length },
        tokens: Reflect.get(Object(row), "tokens"),
        is_digest: true,
      });
      assert.ok(Number(Reflect.get(Object(row), "tokens")) <= 254);
    }
    assert.deepEqual(
      [...new Set(recorder.progress.map(({ progress }) => progress.stage))],
      ["read", "extract", "chunk", "embed", "store"],
    );
  });

  it("embeds nothing when the same content comes again, under the same key or another", async () => {
    await upload("a.txt", longText(1));

    const again = await upload("a.txt", longText(1));
    assert.equal(again?.status, "unchanged");
    const copy = await upload("b.txt", longText(1));
    assert.equal(copy?.status, "embedded");
    assert.equal(embeddings(), 0);
  });

  it("embeds only what is new in a changed document, and deletes what is gone", async () => {
    await upload("a.txt", "First.");
    await upload("a.txt", longText(1));
    const before = await rows("select id from content_embeddings");

    const outcome = await upload("a.txt", `${longText(1)}And a new end.`);

    assert.equal(outcome?.status, "embedded");
    assert.equal(embeddings(), 1);
    assert.equal((await rows("select id from content_embeddings")).length, before.length);
    assert.deepEqual(await rows("select id from content_embeddings where content = 'First.'"), []);
  });

  it("removes the rows of an object that is removed", async () => {
    await upload("a.txt", longText(1));

    await stack.remove("a.txt");

    assert.deepEqual(await rows("select id from content_embeddings"), []);
    assert.deepEqual(await rows("select key, status from source_objects"), [
      { key: "a.txt", status: "removed" },
    ]);
  });

  it("takes the object that is there, whatever the event says", async () => {
    await stack.bucket.put("a.txt", Buffer.from("It is here."), "text/plain");
    const removal = createNotification(
      createMessage({
        eventName: "ObjectRemoved:Delete",
        bucket: "documents",
        key: "a.txt",
        occurredAt: new Date(),
      }),
    );

    await ingestEvent(stack.environment, removal);

    assert.deepEqual(await rows("select content from content_embeddings"), [
      { content: "It is here." },
    ]);
  });

  it("records an object that vanished before it was read as removed", async () => {
    const creation = createNotification(
      createMessage({
        eventName: "ObjectCreated:Put",
        bucket: "documents",
        key: "gone.txt",
        occurredAt: new Date(),
      }),
    );

    await ingestEvent(stack.environment, creation);

    assert.deepEqual(await rows("select key, status from source_objects"), [
      { key: "gone.txt", status: "removed" },
    ]);
  });

  it("takes any key that S3 takes", async () => {
    const keys = fc
      .string({ unit: "grapheme", minLength: 1, maxLength: 300 })
      .filter((key) => Buffer.byteLength(key) <= 1024 && key.isWellFormed())
      .filter((key) => !key.includes("\0") && !/^\/|\/$|\/\/|(^|\/)\.{1,2}(\/|$)/.test(key));
    const examples: [string][] = [
      ["a b+c%20 \"quoted\" & 'single' 😀.txt"],
      ["ü".repeat(512)],
      ["%"],
      ["?a=b#c"],
    ];
    await fc.assert(
      fc.asyncProperty(keys, async (key) => {
        await stack.upload(key, Buffer.from(`Content of ${key}`), "text/plain");

        const stored = await stack.database.query(
          "select content from content_embeddings where key = $1",
          [key],
        );
        assert.deepEqual(stored.rows, [{ content: `Content of ${key}` }]);
      }),
      { numRuns: 30, examples },
    );
  });

  it("rejects an empty object", async () => {
    assert.equal(await rejection("empty.txt", ""), "EmptyDocumentError");
  });

  it("rejects a binary one", async () => {
    const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
    assert.equal(await rejection("picture.png", png), "UnsupportedTypeError");
  });

  it("rejects a type without an extractor", async () => {
    assert.equal(await rejection("calendar.ics", "BEGIN:VCALENDAR"), "UnsupportedTypeError");
  });

  it("rejects a document that cannot be read", async () => {
    const page = "<div>".repeat(1_000);
    assert.equal(await rejection("page.html", page), "UnreadableDocumentError");
  });

  it("keeps with each chunk where it stands, in the object that it is shown under", async () => {
    const section = (heading: string, number: number) =>
      `## ${heading}\n\n${longText(number).slice(0, 700)}\n\n`;
    await upload("b.md", section("First", 1) + section("Second", 2));
    await upload("a.md", section("Second", 2) + section("First", 1));
    const headings = () =>
      rows(
        `select distinct key, metadata -> 'headings' as headings, metadata ? 'places' as has_places
         from content_embeddings order by key, headings`,
      );
    const of = (key: string) =>
      ["First", "Second"].map((heading) => ({ key, headings: [heading], has_places: false }));
    const shared = await headings();
    assert.ok(shared.length > 0);

    await stack.remove("a.md");

    assert.deepEqual(await headings(), of("b.md"));
  });

  it("keeps in which character set an object was, and how much of it could not be read", async () => {
    await upload("latin1.txt", Buffer.from("grüße", "latin1"));
    await upload("damaged.txt", Buffer.concat([Buffer.from("Grüße "), Buffer.from([0xff])]));

    assert.deepEqual(
      await rows(
        `select content, metadata ->> 'charset' as charset, metadata -> 'replacedCharacters' as replaced
         from content_embeddings order by content`,
      ),
      [
        { content: "Grüße �", charset: null, replaced: 1 },
        { content: "grüße", charset: "windows-1252", replaced: null },
      ],
    );
  });

  it("rejects what is no text in any character set", async () => {
    const bytes = Buffer.from([0x61, 0xff, 0x01, 0xfe, 0x02]);
    assert.equal(await rejection("a.txt", bytes), "InvalidEncodingError");
  });

  it("rejects one over maxObjectBytes", async () => {
    const tooLarge = Buffer.alloc(10_485_761, "a");
    assert.equal(await rejection("large.txt", tooLarge), "ObjectTooLargeError");
  });

  it("deletes what a former version held when the present one is rejected", async () => {
    await upload("a.txt", "Readable.");

    assert.equal(await rejection("a.txt", Buffer.from("a\0b")), "BinaryContentError");
  });

  it("ignores a folder's key", async () => {
    await stack.upload("folder/", new Uint8Array(), "application/x-directory");

    assert.deepEqual(recorder.outcomes, []);
    assert.equal(recorder.reasons.length, 1);
    assert.deepEqual(await rows("select * from source_objects"), []);
  });
});
