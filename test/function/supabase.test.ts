import assert from "node:assert/strict";
import type { Credentials } from "../../function/credentials.ts";
import { once } from "../../function/once.ts";
import { createStore } from "../../function/store.ts";
import { connectSupabase, storeError } from "../../function/supabase.ts";
import { createDataApi } from "../../local/data-api.ts";
import { type Answer, type Server, serve } from "../../local/serve.ts";
import { type InMemoryStore, openInMemoryStore } from "../local/in-memory-store.ts";

const chunk = { id: "i", content: "c", tokens: 1, index: 0, count: 1, model: "m" };
const object = { bucket: "uploads", key: "a.txt" };

describe("connectSupabase", () => {
  let memory: InMemoryStore;
  const servers: Server[] = [];
  before(async () => {
    memory = await openInMemoryStore(3);
  });
  after(() => memory.close());
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  async function connect(answer: Answer, keys: readonly string[] = ["key"]) {
    const server = await serve(answer);
    servers.push(server);
    let reads = 0;
    const credentials = once(async (): Promise<Credentials> => {
      const serviceKey = keys[Math.min(reads, keys.length - 1)] ?? "";
      reads += 1;
      return { url: server.url, serviceKey };
    });
    return { store: createStore(connectSupabase(credentials)), reads: () => reads };
  }

  it("reads the credentials once for many calls", async () => {
    const { store, reads } = await connect(createDataApi(memory.database, "key"));

    await store.knownContent(["a"], "m");
    await store.knownContent(["b"], "m");

    assert.equal(reads(), 1);
  });

  it("reads the credentials again when the key was rotated, and goes on", async () => {
    const { store, reads } = await connect(createDataApi(memory.database, "new"), ["old", "new"]);

    assert.deepEqual(await store.knownContent(["a"], "m"), new Set());
    assert.equal(reads(), 2);
  });

  it("gives up on a key that is refused twice, and names the role that is needed", async () => {
    const { store, reads } = await connect(createDataApi(memory.database, "right"), ["wrong"]);

    await assert.rejects(store.knownContent(["a"], "m"), {
      name: "StoreKeyError",
      message: /refused the key for known_content: Invalid API key.*service-role/,
    });
    assert.equal(reads(), 2);
  });

  it("says what to do when Supabase cannot be reached", async () => {
    const credentials = once(async () => ({ url: "http://127.0.0.1:1", serviceKey: "key" }));
    const store = createStore(connectSupabase(credentials));

    await assert.rejects(store.knownContent(["a"], "m"), {
      name: "StoreUnavailableError",
      message:
        /http:\/\/127\.0\.0\.1:1 did not answer known_content: .*(ECONNREFUSED|bad port).*paused/,
    });
  });

  it("takes a gateway's page for what it is", async () => {
    const page = `<html>${"x".repeat(5000)}</html>`;
    const { store } = await connect(async () => new Response(page, { status: 502 }));

    await assert.rejects(store.knownContent(["a"], "m"), (error) => {
      assert.ok(error instanceof Error);
      assert.equal(error.name, "StoreUnavailableError");
      assert.match(error.message, /HTTP 502/);
      assert.ok(error.message.length < 500);
      return true;
    });
  });

  it("keeps how long the server asks to wait", async () => {
    const { store } = await connect(
      async () => new Response("", { status: 429, headers: { "retry-after": "7" } }),
    );

    await assert.rejects(store.knownContent(["a"], "m"), {
      name: "StoreUnavailableError",
      retryAfterMilliseconds: 7_000,
    });
  });

  it("names the migrations where a function is missing", async () => {
    await memory.database.exec("alter function known_content rename to renamed");
    const { store } = await connect(createDataApi(memory.database, "key"));

    await assert.rejects(store.knownContent(["a"], "m"), {
      name: "SchemaMissingError",
      message: /lacks what known_content needs: .*supabase\/migrations\/.*supabase db push/,
    });
    await memory.database.exec("alter function renamed rename to known_content");
  });

  it("names the migrations where a table is missing", async () => {
    await memory.database.exec("alter table content_embeddings rename to renamed");
    const { store } = await connect(createDataApi(memory.database, "key"));

    await assert.rejects(store.knownContent(["a"], "m"), {
      name: "SchemaMissingError",
      message: /relation "public.content_embeddings" does not exist.*supabase\/migrations\//,
    });
    await memory.database.exec("alter table renamed rename to content_embeddings");
  });

  it("says how to match the model and the table when their dimensions differ", async () => {
    const { store } = await connect(createDataApi(memory.database, "key"));

    await assert.rejects(
      store.storeContent(object, { ...chunk, embedding: Float32Array.of(1, 0) }, {}),
      {
        name: "DimensionMismatchError",
        message: /holds vectors of 3 dimensions and the model gives 2.*npm run schema/,
      },
    );
  });

  it("takes a lesser role's key for a wrong key", async () => {
    await memory.database.exec("revoke execute on function known_content from service_role");
    const { store, reads } = await connect(createDataApi(memory.database, "key"));

    await assert.rejects(store.knownContent(["a"], "m"), {
      name: "StoreKeyError",
      message: /permission denied for function known_content/,
    });
    assert.equal(reads(), 1);
    await memory.database.exec("grant execute on function known_content to service_role");
  });
});

describe("storeError", () => {
  for (const [refusal, name] of [
    [{ status: 0, message: "TypeError: fetch failed" }, "StoreUnavailableError"],
    [{ status: 429, message: "slow down" }, "StoreUnavailableError"],
    [{ status: 500, message: "canceling statement", code: "57014" }, "StoreUnavailableError"],
    [{ status: 503, message: "no schema cache", code: "PGRST002" }, "StoreUnavailableError"],
    [{ status: 540, message: "Project paused" }, "StoreUnavailableError"],
    [{ status: 401, message: "JWT expired", code: "PGRST301" }, "StoreKeyError"],
    [{ status: 404, message: "no function", code: "PGRST202" }, "SchemaMissingError"],
    [{ status: 404, message: "Not Found" }, "StoreError"],
    [{ status: 400, message: "value too long", code: "22001" }, "StoreError"],
  ] as const) {
    it(`makes ${name} of HTTP ${refusal.status} with ${refusal.message}`, () => {
      assert.equal(storeError("known_content", "https://abc.supabase.co", refusal).name, name);
    });
  }

  it("quotes the cause that fetch hides in the details", () => {
    const error = storeError("known_content", "https://abc.supabase.co", {
      status: 0,
      message: "TypeError: fetch failed",
      details: "TypeError: fetch failed\n\nCaused by: Error: getaddrinfo ENOTFOUND abc.supabase.co",
    });

    assert.match(error.message, /fetch failed: Error: getaddrinfo ENOTFOUND abc\.supabase\.co/);
  });
});
