import assert from "node:assert/strict";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { readManifest } from "../../../function/model/manifest.ts";
import { type Server, serve } from "../../../local/serve.ts";
import { type LocalStack, startLocalStack } from "../../../local/stack.ts";
import type {
  ErrorAnswer,
  MapAnswer,
  ObjectsAnswer,
  SearchAnswer,
} from "../../../local/studio/answers.ts";
import { buildPage } from "../../../local/studio/page-files.ts";
import { createProgressStream } from "../../../local/studio/progress-stream.ts";
import { createStudio } from "../../../local/studio/server.ts";
import { testModelFolder } from "../../models/folders.ts";

describe("the studio's server", () => {
  let stack: LocalStack;
  let server: Server;
  before(async () => {
    const folder = testModelFolder("tiny-embeddinggemma");
    const manifest = await readManifest(folder);
    const progress = createProgressStream();
    const { telemetry } = progress;
    stack = await startLocalStack({ model: { folder, manifest }, telemetry });
    const files = await buildPage();
    server = await serve(createStudio({ stack, model: manifest, progress, files }));
  });
  after(async () => {
    await server.close();
    await stack.close();
  });
  afterEach(async () => {
    for (const key of (await stack.bucket.list()).keys()) await stack.remove(key);
  });

  const get = (path: string) => fetch(`${server.url}${path}`);
  const put = (key: string, body: string, contentType?: string) =>
    fetch(`${server.url}/objects?${new URLSearchParams({ key })}`, {
      method: "PUT",
      // A buffer has no content type of its own, as a file that the browser does not know.
      body: Buffer.from(body),
      ...(contentType !== undefined && { headers: { "content-type": contentType } }),
    });
  const objects = async (): Promise<ObjectsAnswer["objects"]> =>
    (await readJson<ObjectsAnswer>(await get("/objects"))).objects;
  const search = (question: unknown) =>
    fetch(`${server.url}/search`, { method: "POST", body: JSON.stringify(question) });

  it("stores what is uploaded, under its key and by its extension's content type", async () => {
    const response = await put("notes/grüner tee.md", "# Tea\n\nGreen tea wants patience.\n");

    assert.equal(response.status, 204);
    assert.deepEqual(await objects(), [
      {
        key: "notes/grüner tee.md",
        status: "embedded",
        error: null,
        contentType: "text/markdown",
        chunks: 1,
      },
    ]);
  });

  it("lists what was rejected with its reason, and nothing of what was removed", async () => {
    await put("empty.txt", "");
    await put("gone.txt", "Bees dance for sugar.");
    await stack.remove("gone.txt");

    assert.deepEqual(await objects(), [
      {
        key: "empty.txt",
        status: "rejected",
        error: "The object holds no text. Upload it again with content, or delete it.",
        contentType: null,
        chunks: 0,
      },
    ]);
  });

  it("tells each page that listens of every stage, and no page that is gone", async () => {
    const gone = await get("/events");
    await gone.body?.cancel();
    const events = await get("/events");
    assert.equal(events.headers.get("content-type"), "text/event-stream");

    await put("tea.txt", "Green tea wants patience.");
    await put("empty.txt", "");

    assert.deepEqual(await readMessages(events, 9), [
      "tea.txt begun",
      "tea.txt read",
      "tea.txt extract",
      "tea.txt chunk",
      "tea.txt embed",
      "tea.txt store",
      "tea.txt embedded",
      "empty.txt begun",
      "empty.txt read",
    ]);
    await events.body?.cancel();
  });

  it("finds what is stored among the keys that it is asked for, its words marked", async () => {
    await put("notes/tea.txt", "Green tea wants <b>much</b> patience");
    await put("notes/ski.txt", "Wax the skis when the snow is wet.");
    await put("tea.txt", "Green tea wants time.");

    const found = await search({ question: "green tea", count: 1, keyPrefix: "notes/" });

    const { matches } = await readJson<SearchAnswer>(found);
    assert.deepEqual(
      matches.map(({ key, snippet, score }) => [key, snippet, score]),
      [
        [
          "notes/tea.txt",
          "<mark>Green</mark> <mark>tea</mark> wants &lt;b&gt;much&lt;/b&gt; patience",
          1,
        ],
      ],
    );
  });

  it("puts a document of several chunks and one of a single chunk on the map, with what is like them", async () => {
    const sentences = Array.from({ length: 120 }, (_, n) => `Sentence ${n} of a long document.`);
    await put("long.txt", sentences.join(" "));
    await put("short.txt", "Sentence 7 of a long document.");
    await put("empty.txt", "");

    const { points, shares, left } = await readJson<MapAnswer>(await get("/map"));

    assert.deepEqual(
      points.map(({ key }) => key),
      ["long.txt", "short.txt"],
    );
    const [long, short] = points;
    assert.ok(long !== undefined && short !== undefined);
    assert.ok(Math.abs(long.x + short.x) < 1e-9 && Math.abs(long.x) > 0.01);
    assert.ok(Math.abs(shares[0] - 1) < 1e-9);
    assert.equal(left, 0);
    assert.deepEqual(
      [long, short].map(({ nearest }) => nearest.map(({ key }) => key)),
      [["short.txt"], ["long.txt"]],
    );
    // Of two normalised vectors: |a - b|² = 2 - 2 a·b, and the map keeps the distance of two.
    const distance = Math.abs(long.x - short.x);
    const [{ similarity } = { similarity: 0 }] = long.nearest;
    assert.ok(Math.abs(similarity - (1 - distance ** 2 / 2)) < 1e-6);
  });

  it("says why a document failed, and keeps its event", async () => {
    await stack.database.exec("alter table source_objects rename to source_objects_away");
    try {
      const response = await put("tea.txt", "Green tea wants patience.");

      assert.equal(response.status, 500);
      const { error } = await readJson<ErrorAnswer>(response);
      assert.match(error, /s3:\/\/documents\/tea\.txt \(.*source_objects/);
    } finally {
      await stack.database.exec("alter table source_objects_away rename to source_objects");
    }
    assert.equal(stack.failedEvents.list().length, 1);
  });

  for (const [what, key] of [
    ["no key", ""],
    ["a folder's key", "notes/"],
    ["a key that is too long", "k".repeat(1025)],
  ] as const) {
    it(`refuses an upload with ${what}`, async () => {
      const response = await put(key, "Green tea wants patience.");

      assert.equal(response.status, 400);
      const { error } = await readJson<ErrorAnswer>(response);
      assert.match(error, /expected a key of 1 to 1024 bytes that ends in no slash/);
      assert.equal((await stack.bucket.list()).size, 0);
    });
  }

  it("refuses what the local S3 cannot take by its length alone", async () => {
    const { status, body } = await send("PUT", "/objects?key=big.txt", {
      "content-length": "11000001",
    });

    assert.equal(status, 413);
    assert.match(body, /big\.txt has 11000001 bytes, and the local S3 takes 11000000/);
  });

  it("refuses an upload that does not tell its length", async () => {
    const headers = { "transfer-encoding": "chunked" };

    const { status, body } = await send("PUT", "/objects?key=tea.txt", headers);

    assert.equal(status, 400);
    assert.match(body, /expected a Content-Length/);
  });

  it("refuses a search that is malformed", async () => {
    for (const question of [{}, { question: " " }, { question: "tea", count: 0 }]) {
      const response = await search(question);

      assert.equal(response.status, 400);
      assert.match((await readJson<ErrorAnswer>(response)).error, /^The search is malformed at /);
    }
  });

  it("sends the page with headers that let it load nothing from elsewhere and run nothing inline", async () => {
    const response = await get("/");

    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
    assert.match(
      response.headers.get("content-security-policy") ?? "",
      /^default-src 'none'; script-src 'self'; style-src 'self'; /,
    );
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    const html = await response.text();
    const addresses = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    assert.deepEqual(addresses, ["icon.svg", "style.css", "main.js"]);
    for (const address of addresses) assert.equal((await get(`/${address}`)).status, 200);
    assert.doesNotMatch(html, /<script(?![^>]*src=)|<style| style=| on\w+=/);
  });

  it("answers nobody but its own page", async () => {
    for (const headers of [{ host: "attacker.example" }, { origin: "https://attacker.example" }]) {
      const { status, body } = await send("GET", "/objects", headers);

      assert.equal(status, 403);
      assert.match(body, /The studio answers only its own page/);
    }
  });

  it("says so where there is nothing", async () => {
    const response = await get("/package.json");

    assert.equal(response.status, 404);
    assert.deepEqual(await response.json(), { error: "There is no GET /package.json here." });
  });

  /** With headers that `fetch` would not send, and without a body, whatever they say. */
  function send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<{ readonly status: number | undefined; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(`${server.url}${path}`, { method, headers }, async (response) => {
        resolve({ status: response.statusCode, body: await text(response) });
        sent.destroy();
      });
      sent.on("error", reject);
      if (method === "GET") sent.end();
      else sent.flushHeaders();
    });
  }
});

async function readJson<Body>(response: Response): Promise<Body> {
  return JSON.parse(await response.text());
}

/** The first messages, each as its key and what it tells. */
async function readMessages(response: Response, count: number): Promise<readonly string[]> {
  const messages: string[] = [];
  let received = "";
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    received += decoder.decode(part, { stream: true });
    const events = received.split("\n\n");
    received = events.pop() ?? "";
    for (const event of events) {
      const { key, type, progress, status } = JSON.parse(event.slice("data: ".length));
      messages.push(`${key} ${progress?.stage ?? status ?? type}`);
    }
    if (messages.length >= count) break;
  }
  return messages.slice(0, count);
}
