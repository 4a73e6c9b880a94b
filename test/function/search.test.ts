import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Match, ObjectMetadata, SearchOptions } from "../../function/store.ts";
import { type InMemoryStore, openInMemoryStore } from "../local/in-memory-store.ts";

type Vector = readonly [number, number, number];

const model = "model-a";
const nowhere: Vector = [0, 0, 1];

describe("searchContent of the store", () => {
  let memory: InMemoryStore;
  let uploads = 0;
  before(async () => {
    memory = await openInMemoryStore(3);
  });
  beforeEach(() => memory.clear());
  after(() => memory.close());

  /** An object that holds these contents, each with its embedding. */
  async function put(
    key: string,
    contents: readonly (readonly [string, Vector])[],
    metadata: ObjectMetadata = {},
    { of = model, bucket = "docs", modifiedAt = new Date("2026-11-20T09:00:00Z") } = {},
  ): Promise<void> {
    const ids = contents.map(([content]) => createHash("sha256").update(content).digest("hex"));
    for (const [index, [content, vector]] of contents.entries()) {
      const id = ids[index] ?? "";
      const embedding = Float32Array.of(...vector);
      const place = { index, count: contents.length, model: of };
      const chunk = { id, content, tokens: 1, embedding, ...place };
      await memory.store.storeContent({ bucket, key }, chunk, metadata);
    }
    uploads += 1;
    const sequencer = String(uploads).padStart(6, "0");
    const version = { modifiedAt, sequencer, etag: undefined, versionId: undefined };
    await memory.store.replaceObject({ bucket, key }, version, { ids, model: of }, metadata);
  }

  function search(question: string, options: Partial<SearchOptions> = {}, at: Vector = [1, 0, 0]) {
    const filter = { model, ...options.filter };
    return memory.store.searchContent(question, Float32Array.of(...at), {
      count: 10,
      ...options,
      filter,
    });
  }

  const contentsOf = (matches: readonly Match[]) => matches.map(({ content }) => content);
  const keysOf = (matches: readonly Match[]) => matches.map(({ key }) => key);

  it("finds by its words what is far from the question in meaning", async () => {
    const others = Array.from({ length: 60 }, (_, n) => [`text ${n}`, [1, n / 100, 0]] as const);
    await put("others.txt", others);
    await put("codes.txt", [["ERR_SOCKET_4711 is thrown", nowhere]]);

    const [first] = await search("err_socket_4711");

    assert.equal(first?.content, "ERR_SOCKET_4711 is thrown");
    assert.equal(first?.similarity, 0);
  });

  it("gives the score 1 to what is first by meaning and has all words", async () => {
    await put("a.txt", [
      ["red apples", [1, 0, 0]],
      ["blue plums", [0.5, 0, 0]],
    ]);

    const matches = await search("red apples");

    assert.deepEqual(
      matches.map(({ content, score, similarity }) => ({ content, score, similarity })),
      [
        { content: "red apples", score: 1, similarity: 1 },
        { content: "blue plums", score: 21 / 22 / 2, similarity: 0.5 },
      ],
    );
  });

  it("lets a common word among rare ones that nothing has move nothing", async () => {
    const contents = Array.from({ length: 20 }, (_, n) => [`the ${n}`, [1, n / 10, 0]] as const);
    await put("a.txt", [["no such word", [1, 0, 0.1]], ...contents]);

    const byMeaning = await search("the unheard gramophone", { textWeight: 0 }, [1, 0, 0.5]);
    const byBoth = await search("the unheard gramophone", {}, [1, 0, 0.5]);

    assert.equal(byMeaning[0]?.content, "no such word");
    assert.equal(byBoth[0]?.content, "no such word");
  });

  it("prefers the rarer of two words", async () => {
    await put("a.txt", [
      ...Array.from({ length: 9 }, (_, n) => [`invoice ${n} paid`, nowhere] as const),
      ["zebra crossing seen", nowhere],
    ]);

    const [first] = await search("invoice zebra", { vectorWeight: 0 });

    assert.equal(first?.content, "zebra crossing seen");
  });

  it("leaves out what has the weight 0", async () => {
    await put("a.txt", [
      ["plums", [1, 0, 0]],
      ["apples", nowhere],
    ]);

    const byMeaning = await search("apples", { textWeight: 0 });
    const byWords = await search("apples", { vectorWeight: 0 });

    assert.deepEqual(contentsOf(byMeaning), ["plums", "apples"]);
    assert.deepEqual(contentsOf(byWords), ["apples"]);
    assert.equal(byWords[0]?.score, 1);
  });

  it("finds nothing where both are left out", async () => {
    await put("a.txt", [["apples", [1, 0, 0]]]);

    assert.deepEqual(await search("apples", { vectorWeight: 0, textWeight: 0 }), []);
  });

  it("finds nothing of what another model embedded", async () => {
    await put("a.txt", [["apples", [1, 0, 0]]], {}, { of: "model-b" });

    assert.deepEqual(await search("apples"), []);
  });

  describe("where it is narrowed", () => {
    beforeEach(async () => {
      const early = { modifiedAt: new Date("2026-01-01T00:00:00Z") };
      await put("a/1.txt", [["apples", [1, 0, 0]]], {
        contentType: "text/plain",
        user: { team: "sales" },
      });
      await put("b/2.csv", [["pears", [0.9, 0, 0]]], { contentType: "text/csv" }, early);
      await put(
        "a/3.txt",
        [["plums", [0.8, 0, 0]]],
        { tags: { stage: "final" } },
        { bucket: "archive" },
      );
    });

    for (const [what, options, keys] of [
      ["a key prefix", { keyPrefix: "a/" }, ["a/1.txt", "a/3.txt"]],
      ["a bucket", { filter: { bucket: "archive" } }, ["a/3.txt"]],
      ["a content type", { filter: { contentType: "text/csv" } }, ["b/2.csv"]],
      ["user metadata", { filter: { user: { team: "sales" } } }, ["a/1.txt"]],
      ["a tag", { filter: { tags: { stage: "final" } } }, ["a/3.txt"]],
      ["a first time", { modifiedFrom: "2026-11-20T09:00:00Z" }, ["a/1.txt", "a/3.txt"]],
      ["a last time", { modifiedBefore: "2026-11-20T09:00:00Z" }, ["b/2.csv"]],
      ["two at once", { keyPrefix: "a/", filter: { bucket: "docs" } }, ["a/1.txt"]],
      ["what nothing has", { filter: { user: { team: "law" } } }, []],
      ["a prefix with a wildcard in it", { keyPrefix: "%" }, []],
    ] as const) {
      it(`to ${what}, finds just that, by meaning and by words`, async () => {
        assert.deepEqual(keysOf(await search("?", { ...options, textWeight: 0 })), keys);
        const byWords = await search("apples pears plums", { ...options, vectorWeight: 0 });
        assert.deepEqual(keysOf(byWords).toSorted(), keys.toSorted());
      });
    }
  });

  it("finds shared content through each object that holds it, with that object's metadata", async () => {
    await put("a/x.txt", [["shared", [1, 0, 0]]], { user: { team: "sales" } });
    await put("b/y.txt", [
      ["first", nowhere],
      ["shared", [1, 0, 0]],
    ]);

    const [inB] = await search("?", { keyPrefix: "b/" });
    const ofSales = await search("?", { keyPrefix: "b/", filter: { user: { team: "sales" } } });

    assert.equal(inB?.key, "b/y.txt");
    assert.deepEqual(inB?.metadata, {
      bucket: "docs",
      model,
      tokens: 1,
      chunk: { index: 1, count: 2 },
    });
    assert.deepEqual(ofSales, []);
  });

  it("says of what is not narrowed what its row says", async () => {
    await put("b.txt", [["shared", [1, 0, 0]]], { title: "B" });
    await put("a.txt", [["shared", [1, 0, 0]]], { title: "A", contentType: "text/plain" });

    const [match] = await search("?");
    const { rows } = await memory.database.query("select key, metadata from content_embeddings");

    assert.deepEqual([{ key: match?.key, metadata: match?.metadata }], rows);
    assert.equal(match?.key, "a.txt");
  });

  it("gives the chunks around a match, in their order", async () => {
    const letters = ["a", "b", "c", "d", "e"];
    await put(
      "a.txt",
      letters.map((letter) => [letter, letter === "d" ? [1, 0, 0] : nowhere]),
    );

    const [match] = await search("?", { neighbours: 2 });

    assert.equal(match?.content, "d");
    assert.deepEqual(
      match?.neighbours.map(({ index, content }) => [index, content]),
      [
        [1, "b"],
        [2, "c"],
        [4, "e"],
      ],
    );
    assert.deepEqual((await search("?"))[0]?.neighbours, []);
  });

  it("marks the question's words in a snippet that is safe as HTML", async () => {
    await put("a.txt", [[`<script>alert("plums")</script> <mark>ripe</mark>`, nowhere]]);

    const [match] = await search("plums");

    assert.equal(
      match?.snippet,
      `script&gt;alert("<mark>plums</mark>")&lt;/script&gt; &lt;mark&gt;ripe&lt;/mark`,
    );
  });

  it("marks no word that is everywhere beside one that is not", async () => {
    const rest = ["the sky", "the sea", "the end", "the sun"].map(
      (text) => [text, nowhere] as const,
    );
    await put("a.txt", [["the plums are ripe", [1, 0, 0]], ...rest]);

    const snippetsOf = async (question: string) =>
      new Set((await search(question)).map(({ snippet }) => snippet));

    assert.ok((await snippetsOf("the plums")).has("the <mark>plums</mark> are ripe"));
    assert.ok((await snippetsOf("the plums")).has("the sky"));
    assert.ok((await snippetsOf("the")).has("<mark>the</mark> sky"));
  });

  it("shows of a long text the part with the words", async () => {
    const filler = "nothing to see here ".repeat(100);
    await put("a.txt", [[`${filler}then ripe plums appear ${filler}`, nowhere]]);

    const [match] = await search("plums");

    assert.match(match?.snippet ?? "", /^.{0,200}ripe <mark>plums<\/mark> appear.{0,200}$/);
  });

  it("takes any text for a question", async () => {
    await put("a.txt", [[String.raw`it's a back\slash`, [1, 0, 0]]]);

    for (const question of [
      "'",
      String.raw`\ '' \\`,
      "!&|():*",
      "a & b | !c <-> d",
      "%_",
      "…",
      "漢字",
      "😀",
    ]) {
      assert.equal((await search(question)).length, 1, question);
    }
    const [match] = await search("it's", { vectorWeight: 0 });
    assert.ok(match);
  });

  it("finds exactly what a comparison of all that is wanted finds, whatever was uploaded", async () => {
    const random = createRandom(20261128);
    const all: { content: string; vector: Vector; key: string }[] = [];
    for (let object = 0; object < 40; object += 1) {
      const key = `${"abc"[object % 3]}/${object}`;
      const chunks = Array.from({ length: 1 + Math.floor(random() * 6) }, (_, n) => {
        const vector = [random(), random(), random()] as const;
        return { content: `${object} ${n}`, vector, key };
      });
      await put(
        key,
        chunks.map(({ content, vector }) => [content, vector]),
      );
      all.push(...chunks);
    }

    for (const keyPrefix of ["a/", "b/1", "c/", undefined]) {
      const at = [random(), random(), random()] as const;
      const wanted = all
        .filter(({ key }) => key.startsWith(keyPrefix ?? ""))
        .map(({ content, vector }) => ({ content, similarity: product(vector, at) }))
        .toSorted((one, other) => other.similarity - one.similarity)
        .slice(0, 10);

      const found = await search("?", { keyPrefix, textWeight: 0 }, at);

      assert.deepEqual(
        contentsOf(found),
        wanted.map(({ content }) => content),
      );
    }
  });
});

function product(one: Vector, other: Vector): number {
  return one[0] * other[0] + one[1] * other[1] + one[2] * other[2];
}

/** Numbers from 0 to 1, the same for the same seed. https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
