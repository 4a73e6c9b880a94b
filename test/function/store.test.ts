import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { ObjectVersion } from "../../function/object.ts";
import { type InMemoryStore, openInMemoryStore } from "../local/in-memory-store.ts";

const model = "model-a";
const a = { bucket: "uploads", key: "a.txt" };
const b = { bucket: "uploads", key: "b.txt" };

function idOf(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}

function version(second: number, sequencer?: string): ObjectVersion {
  const modifiedAt = new Date(Date.UTC(2026, 10, 20, 9, 0, second));
  return { modifiedAt, sequencer, etag: `"${second}"`, versionId: undefined };
}

describe("the store", () => {
  let memory: InMemoryStore;
  before(async () => {
    memory = await openInMemoryStore(3);
  });
  beforeEach(() => memory.clear());
  after(() => memory.close());

  /** Keeps content as the pipeline does, and says that the object holds it. */
  async function put(object: typeof a, contents: string[], at: ObjectVersion, of = model) {
    for (const [index, content] of contents.entries()) {
      await memory.store.storeContent(
        object,
        {
          id: idOf(content),
          content,
          tokens: content.length,
          index,
          count: contents.length,
          model: of,
          embedding: Float32Array.of(content.length, 1, 0),
        },
        { contentType: "text/plain" },
      );
    }
    const ids = contents.map(idOf);
    return memory.store.replaceObject(
      object,
      at,
      { ids, model: of },
      { contentType: "text/plain" },
    );
  }

  async function contents(): Promise<unknown[]> {
    const { rows } = await memory.database.query(
      "select content, key, metadata from content_embeddings order by content",
    );
    return rows;
  }

  async function objects(): Promise<unknown[]> {
    const { rows } = await memory.database.query(
      "select key, status, content_ids, error, sequencer from source_objects order by key",
    );
    return rows;
  }

  function row(content: string, key: string, index: number, count: number): object {
    return {
      content,
      key,
      metadata: {
        bucket: "uploads",
        contentType: "text/plain",
        model,
        tokens: content.length,
        chunk: { index, count },
      },
    };
  }

  it("keeps a document's chunks with their places, and the object with their ids in order", async () => {
    assert.deepEqual(await put(a, ["second", "first"], version(1, "01")), { outcome: "stored" });

    assert.deepEqual(await contents(), [row("first", "a.txt", 1, 2), row("second", "a.txt", 0, 2)]);
    assert.deepEqual(await objects(), [
      {
        key: "a.txt",
        status: "embedded",
        content_ids: [idOf("second"), idOf("first")],
        error: null,
        sequencer: "01",
      },
    ]);
  });

  it("calls it unchanged when the object held the same content before", async () => {
    await put(a, ["x"], version(1, "01"));

    assert.deepEqual(await put(a, ["x"], version(2, "02")), { outcome: "unchanged" });
  });

  it("deletes what only the former version held", async () => {
    await put(a, ["old", "kept"], version(1, "01"));

    await put(a, ["kept", "new"], version(2, "02"));

    assert.deepEqual(await contents(), [row("kept", "a.txt", 0, 2), row("new", "a.txt", 1, 2)]);
  });

  it("keeps content that two objects hold once, under the first of them", async () => {
    await put(b, ["same"], version(1));
    await put(a, ["same"], version(1));

    assert.deepEqual(await contents(), [row("same", "a.txt", 0, 1)]);
  });

  it("leaves shared content to the other object when one is removed, and deletes it with the last", async () => {
    await put(a, ["same", "own"], version(1));
    await put(b, ["other", "same"], version(1));

    await memory.store.removeObject(a, version(2));
    assert.deepEqual(await contents(), [row("other", "b.txt", 0, 2), row("same", "b.txt", 1, 2)]);

    await memory.store.removeObject(b, version(2));
    assert.deepEqual(await contents(), []);
  });

  it("keeps content that a document repeats once, at its first place", async () => {
    await put(a, ["x", "y", "x"], version(1));

    assert.deepEqual(await contents(), [row("x", "a.txt", 0, 3), row("y", "a.txt", 1, 3)]);
  });

  it("ignores an older version by the sequencer, padded on the right, whatever the time says", async () => {
    await put(a, ["new"], version(1, "0055AED6DCD9"));

    for (const older of ["0055AED6DCD8FFFF", "0055AED6DC"]) {
      assert.deepEqual(await put(a, ["old"], version(9, older)), { outcome: "superseded" });
      assert.deepEqual(await memory.store.removeObject(a, version(9, older)), {
        outcome: "superseded",
      });
    }
    assert.deepEqual(await put(a, ["same"], version(1, "0055AED6DCD900")), { outcome: "stored" });
    assert.deepEqual(await put(a, ["newer"], version(0, "0055AED6DCD91")), { outcome: "stored" });
  });

  it("ignores an older version by the time, in seconds, where a sequencer is missing", async () => {
    await put(a, ["new"], version(5, "05"));

    assert.deepEqual(await put(a, ["old"], version(4)), { outcome: "superseded" });
    assert.deepEqual(await put(a, ["same second"], version(5)), { outcome: "stored" });
    assert.deepEqual(await put(a, ["older"], version(9, "04")), { outcome: "superseded" });
  });

  it("takes an event of S3 over what is stored without a sequencer, whatever the time says", async () => {
    await put(a, ["announced by hand"], version(9));

    assert.deepEqual(await put(a, ["multipart"], version(1, "01")), { outcome: "stored" });
  });

  it("takes what has no sequencer if the object was not written since it was looked at", async () => {
    const at = (seenRevision: number) => ({ ...version(5), seenRevision });
    assert.equal(await memory.store.objectRevision(a), 0);
    assert.deepEqual(await put(a, ["first"], at(0)), { outcome: "stored" });
    assert.equal(await memory.store.objectRevision(a), 1);
    await put(a, ["multipart"], version(1, "01"));

    assert.deepEqual(await put(a, ["stale"], at(1)), { outcome: "superseded" });
    assert.deepEqual(await memory.store.removeObject(a, at(1)), { outcome: "superseded" });
    assert.equal(await memory.store.objectRevision(a), 2);
    assert.deepEqual(await put(a, ["fresh"], at(2)), { outcome: "stored" });
    assert.deepEqual(await put(a, ["old"], version(9, "00")), { outcome: "superseded" });
  });

  it("is not brought back by a late event after a removal", async () => {
    await put(a, ["x"], version(1, "01"));
    await memory.store.removeObject(a, version(3, "03"));

    assert.deepEqual(await put(a, ["x"], version(2, "02")), { outcome: "superseded" });
    assert.deepEqual(await objects(), [
      { key: "a.txt", status: "removed", content_ids: [], error: null, sequencer: "03" },
    ]);
  });

  it("removes an object that it never knew, and does so again without a change", async () => {
    assert.deepEqual(await memory.store.removeObject(a, version(1, "01")), { outcome: "stored" });
    assert.deepEqual(await memory.store.removeObject(a, version(1, "01")), {
      outcome: "unchanged",
    });
  });

  it("records a rejected object with its reason, and deletes what it held before", async () => {
    await put(a, ["readable"], version(1, "01"));

    await memory.store.rejectObject(a, version(2, "02"), new Error("It is a picture."));

    assert.deepEqual(await contents(), []);
    assert.deepEqual(await objects(), [
      {
        key: "a.txt",
        status: "rejected",
        content_ids: [],
        error: "It is a picture.",
        sequencer: "02",
      },
    ]);
  });

  it("names the content that is missing, and changes nothing", async () => {
    await put(a, ["kept"], version(1, "01"));
    const ids = [idOf("kept"), idOf("lost")];

    const recorded = await memory.store.replaceObject(a, version(2, "02"), { ids, model }, {});

    assert.deepEqual(recorded, { outcome: "incomplete", missing: [idOf("lost")] });
    assert.deepEqual(await contents(), [row("kept", "a.txt", 0, 1)]);
  });

  it("does not know the content of another model, and replaces it", async () => {
    await put(a, ["x"], version(1), "model-b");

    assert.deepEqual(await memory.store.knownContent([idOf("x"), idOf("y")], model), new Set());
    const ids = [idOf("x")];
    assert.deepEqual(await memory.store.replaceObject(a, version(2), { ids, model }, {}), {
      outcome: "incomplete",
      missing: ids,
    });

    await put(a, ["x"], version(2));
    assert.deepEqual(await memory.store.knownContent(ids, model), new Set(ids));
    assert.deepEqual(await contents(), [row("x", "a.txt", 0, 1)]);
  });

  it("knows thousands of ids at once", async () => {
    const many = Array.from({ length: 3000 }, (_, index) => `text ${index}`);
    await put(a, many, version(1));

    assert.equal((await memory.store.knownContent(many.map(idOf), model)).size, 3000);
  });

  async function match(count: number): Promise<unknown[]> {
    const { rows } = await memory.database.query(
      "select content, key, similarity from match_content('[1,0,0]', $1, filter => $2)",
      [count, { model }],
    );
    return rows;
  }

  it("matches the nearest content first, of the rows that the filter names", async () => {
    await put(a, ["1", "4444", "22"], version(1));
    await put(b, ["333"], version(1), "model-b");

    assert.deepEqual(await match(2), [
      { content: "4444", key: "a.txt", similarity: 4 },
      { content: "22", key: "a.txt", similarity: 2 },
    ]);
  });

  it("matches as many as are asked for, beyond what one pass of the index gives", async () => {
    await memory.database.exec(
      `insert into content_embeddings (id, content, key, embedding, metadata)
       select 'id ' || n, 'text', 'k', array[cos(n), sin(n) * cos(7 * n), sin(n) * sin(7 * n)],
         '{"model": "model-a"}'
       from generate_series(1, 300) as n;
       set enable_seqscan = off`,
    );
    try {
      const onePass = await memory.database.query(
        `select id from content_embeddings order by embedding operator(extensions.<#>) '[1,0,0]' limit 250`,
      );

      assert.equal(onePass.rows.length, 40);
      assert.equal((await match(250)).length, 250);
    } finally {
      await memory.database.exec("reset enable_seqscan");
    }
  });

  it("prunes what no object came to hold, once it is old enough, and nothing else", async () => {
    await put(a, ["held"], version(1));
    for (const [content, age] of [
      ["old leftover", "2 days"],
      ["new leftover", "1 hour"],
    ] as const) {
      await memory.database.query(
        `insert into content_embeddings (id, content, key, embedding, metadata, created_at)
         values ($1, $1, 'k', '[1,0,0]', '{"model": "m"}', now() - $2::interval)`,
        [content, age],
      );
    }
    await memory.database.exec(
      `insert into content_embeddings (id, content, key, embedding, created_at)
       values ('of another program', 'text', 'k', '[1,0,0]', '2020-01-01')`,
    );

    const { rows } = await memory.database.query("select prune_content() as pruned");

    assert.deepEqual(rows, [{ pruned: 1 }]);
    const { rows: left } = await memory.database.query(
      "select id from content_embeddings order by id",
    );
    assert.deepEqual(
      left,
      [{ id: idOf("held") }, { id: "new leftover" }, { id: "of another program" }].sort((x, y) =>
        x.id < y.id ? -1 : 1,
      ),
    );
  });
});
