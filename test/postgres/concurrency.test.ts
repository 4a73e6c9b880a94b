import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Environment } from "../../function/environment.ts";
import type { ObjectName } from "../../function/errors.ts";
import { ContentContendedError } from "../../function/errors.ts";
import type { Embedder } from "../../function/model/embedder.ts";
import { once } from "../../function/once.ts";
import { ingestObject } from "../../function/pipeline.ts";
import { createStore } from "../../function/store.ts";
import { connectSupabase } from "../../function/supabase.ts";
import { createTime } from "../../function/time.ts";
import { createDataApi } from "../../local/data-api.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { findPostgres, type PostgresServer, startPostgres } from "./server.ts";

const embedder: Embedder = {
  model: "stand-in",
  dimensions: 3,
  maxDocumentTokens: 100,
  countTokens: (text) => text.split(/\s+/).filter((word) => word !== "").length,
  embedDocument: async (text) => Float32Array.of(text.length, 1, 0),
  embedQuery: async (text) => Float32Array.of(text.length, 1, 0),
  close: async () => {},
};

const idOf = (text: string) => createHash("sha256").update(text).digest("hex");

describe("pipelines at the same time, on a real PostgreSQL", () => {
  let server: PostgresServer;
  let pipeline: Pick<Environment, "store">;
  before(async () => {
    server = await startPostgres(findPostgres() ?? "", 8);
    process.stdout.write(`    ${server.version}\n`);
    const answer = createDataApi(server, "key");
    const credentials = once(async () => ({ url: "http://127.0.0.1:9", serviceKey: "key" }));
    const request = (input: string | URL | Request, init?: RequestInit) =>
      answer(new Request(input, init));
    pipeline = { store: createStore(connectSupabase(credentials, request)) };
  });
  beforeEach(() => server.query("truncate content_embeddings, source_objects"));
  after(() => server.close());

  /** Brings the table up to date with a state of an object, in paragraphs, or with its absence. */
  async function ingest(object: ObjectName, sequence: number, paragraphs: readonly string[]) {
    const clients = {
      ...pipeline,
      embedder,
      telemetry: createRecorder(),
      time: createTime(),
      async getObject() {
        if (paragraphs.length === 0) {
          // A removal is one call and a storing several: for all of them to meet, it begins at any moment.
          await setTimeout(Math.random() * 10);
          throw Object.assign(new Error("gone"), { name: "NoSuchKey" });
        }
        const bytes = Buffer.from(paragraphs.join("\n\n"));
        const Body = { transformToByteArray: async () => bytes };
        return { ContentLength: bytes.length, ContentType: "text/plain", Body };
      },
    };
    const change = {
      ...object,
      eventName: "ObjectCreated:Put",
      occurredAt: new Date(0),
      sequencer: sequence.toString(16).padStart(8, "0"),
    };
    return ingestObject(
      clients,
      { chunkTokens: 2, chunkOverlapTokens: 0, maxObjectBytes: 1_000 },
      change,
    );
  }

  async function stored() {
    const { rows } = await server.query<{ key: string; content_ids: string[]; kept: number }>(
      `select o.key, o.content_ids,
         (select count(*)::int from content_embeddings c where c.id = any (o.content_ids)) as kept
       from source_objects o order by o.key`,
    );
    return rows;
  }

  async function leftovers(): Promise<number> {
    const { rows } = await server.query<{ n: number }>("select prune_content('-1 minute') as n");
    return rows[0]?.n ?? -1;
  }

  it("leave the newer version of one key, 1,000 times", async () => {
    const object = { bucket: "uploads", key: "a.txt" };
    const orders = { newerLast: 0, olderLast: 0 };
    for (let round = 1; round <= 1_000; round += 1) {
      const older = ["both hold", `older ${round}`];
      const newer = [`newer ${round}`, "both hold"];

      const stores = [
        () => ingest(object, 2 * round, older),
        () => ingest(object, 2 * round + 1, newer),
      ];
      const begun = round % 2 === 0 ? stores : stores.toReversed();
      const outcomes = await Promise.all(begun.map((store) => store()));

      assert.deepEqual(await stored(), [{ key: "a.txt", content_ids: newer.map(idOf), kept: 2 }]);
      const wasOlderLast = outcomes.some(({ status }) => status === "superseded");
      orders[wasOlderLast ? "olderLast" : "newerLast"] += 1;
    }
    process.stdout.write(`      ${JSON.stringify(orders)}\n`);
    await leftovers();
    const { rows } = await server.query("select content from content_embeddings order by 1");
    assert.deepEqual(rows, [{ content: "both hold" }, { content: "newer 1000" }]);
  });

  it("lose nothing that two keys share, while both are stored, removed and pruned, 500 times", async () => {
    const shared = ["one two", "three four", "five six"];
    let contended = 0;
    /** As Lambda does: an event that was contended comes again. */
    async function untilDone(object: ObjectName, sequence: number, paragraphs: readonly string[]) {
      for (;;) {
        try {
          return await ingest(object, sequence, paragraphs);
        } catch (error) {
          if (!(error instanceof ContentContendedError)) throw error;
          contended += 1;
        }
      }
    }

    for (let round = 1; round <= 500; round += 1) {
      const states = [0, 1, 2, 3, 4, 5].map((number) => {
        // Those that were there go while the others come, with all that they share at stake.
        const isThere = (round + number) % 2 !== 0;
        const paragraphs = isThere ? [...shared, `own ${number}`] : [];
        return number % 3 === 0 ? paragraphs : paragraphs.toReversed();
      });
      await Promise.all([
        ...states.map((paragraphs, number) =>
          untilDone({ bucket: "uploads", key: `${number}.txt` }, round, paragraphs),
        ),
        leftovers(),
      ]);

      const expected = states.map((paragraphs, number) => ({
        key: `${number}.txt`,
        content_ids: paragraphs.map(idOf),
        kept: paragraphs.length,
      }));
      assert.deepEqual(await stored(), expected);
    }
    process.stdout.write(`      contended and tried again: ${contended}\n`);
    await leftovers();
    const { rows } = await server.query("select content from content_embeddings order by 1");
    const expected = [...shared, "own 1", "own 3", "own 5"].toSorted();
    assert.deepEqual(
      rows,
      expected.map((content) => ({ content })),
    );
  });
});
