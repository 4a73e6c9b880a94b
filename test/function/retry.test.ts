import assert from "node:assert/strict";
import {
  CredentialsError,
  ObjectReadError,
  StoreKeyError,
  StoreUnavailableError,
} from "../../function/errors.ts";
import { retry, withRetries } from "../../function/retry.ts";
import { createStore } from "../../function/store.ts";
import { createVirtualTime } from "../fixtures/virtual-time.ts";

const place = { store: "parameter-store", id: "/p" } as const;
const object = { bucket: "uploads", key: "a.txt" };

function unavailable(retryAfterMilliseconds = 0): StoreUnavailableError {
  return new StoreUnavailableError("f", "https://u", 429, "slow down", retryAfterMilliseconds);
}

function readError(facts: object): ObjectReadError {
  return new ObjectReadError(object, { cause: Object.assign(new Error("S3 said no"), facts) });
}

/** An operation that fails with each of these in turn and then gives "done". */
function failing(errors: readonly Error[]) {
  const left = [...errors];
  let calls = 0;
  const operation = async () => {
    calls += 1;
    const error = left.shift();
    if (error !== undefined) throw error;
    return "done";
  };
  return { operation, calls: () => calls };
}

describe("retry", () => {
  it("doubles the most that it pauses, from 200 ms to 10 s, and gives up after five attempts", async () => {
    const error = unavailable();
    const { operation, calls } = failing(Array.from({ length: 9 }, () => error));
    const time = createVirtualTime();

    await assert.rejects(retry(operation, time), error);

    assert.equal(calls(), 5);
    assert.deepEqual(time.pauses, [200, 400, 800, 1600]);
  });

  it("pauses anything between nothing and the most, as chance has it", async () => {
    for (const random of [0, 0.25, 0.999]) {
      const time = createVirtualTime(Number.POSITIVE_INFINITY, random);

      assert.equal(await retry(failing([unavailable()]).operation, time), "done");
      assert.deepEqual(time.pauses, [random * 200]);
    }
  });

  it("pauses at least as long as the server asked for", async () => {
    const time = createVirtualTime(Number.POSITIVE_INFINITY, 0.5);

    await retry(failing([unavailable(7_000)]).operation, time);

    assert.deepEqual(time.pauses, [7_100]);
  });

  it("throws at once when the server asks for more than half a minute", async () => {
    const { operation, calls } = failing([unavailable(31_000)]);

    await assert.rejects(retry(operation, createVirtualTime()), { name: "StoreUnavailableError" });
    assert.equal(calls(), 1);
  });

  it("throws instead of a pause that would outlast the run, less its reserve of a second", async () => {
    const long = createVirtualTime(1_200);
    assert.equal(await retry(failing([unavailable()]).operation, long), "done");

    const short = createVirtualTime(1_199);
    await assert.rejects(retry(failing([unavailable()]).operation, short), {
      name: "StoreUnavailableError",
    });
    assert.deepEqual(short.pauses, []);
  });

  for (const [what, error] of [
    ["Supabase out of reach", unavailable()],
    ["S3 that fails", readError({ $metadata: { httpStatusCode: 500 } })],
    ["S3 that is overloaded", readError({ name: "SlowDown", $metadata: { httpStatusCode: 503 } })],
    ["a connection that was reset", readError({ code: "ECONNRESET" })],
    [
      "SSM that throttles",
      new CredentialsError(place, "cannot be read now.", {
        cause: Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" }),
      }),
    ],
  ] as const) {
    it(`tries again after ${what}`, async () => {
      assert.equal(await retry(failing([error]).operation, createVirtualTime()), "done");
    });
  }

  for (const [what, error] of [
    ["a refused key", new StoreKeyError("f", "https://u", "Invalid API key", 401)],
    [
      "a bucket that is gone",
      readError({ name: "NoSuchBucket", $metadata: { httpStatusCode: 404 } }),
    ],
    ["credentials that are none", new CredentialsError(place, "are not JSON.")],
    ["anything unknown", new Error("?")],
  ] as const) {
    it(`throws ${what} at once`, async () => {
      const { operation, calls } = failing([error]);

      await assert.rejects(retry(operation, createVirtualTime()), error);
      assert.equal(calls(), 1);
    });
  }
});

describe("withRetries", () => {
  it("retries each of the store's calls", async () => {
    const calls = new Map<string, number>();
    const store = createStore(async (name) => {
      calls.set(name, (calls.get(name) ?? 0) + 1);
      if (calls.get(name) === 1) throw unavailable();
      return name.endsWith("_content") ? [] : { outcome: "stored" };
    });
    const { knownContent, storeContent, replaceObject, removeObject, rejectObject, searchContent } =
      withRetries(store, createVirtualTime());
    const version = { modifiedAt: new Date(0), sequencer: "1", etag: "e", versionId: "v" };
    const embedding = Float32Array.of(1);
    const chunk = { id: "i", content: "c", tokens: 1, index: 0, count: 1, model: "m", embedding };

    await knownContent(["a"], "m");
    await storeContent(object, chunk, {});
    await replaceObject(object, version, { ids: ["i"], model: "m" }, {});
    await removeObject(object, version);
    await rejectObject(object, version, new Error("no"));
    await searchContent("q", embedding, { count: 1 });

    assert.deepEqual(Object.fromEntries(calls), {
      known_content: 2,
      store_content: 2,
      replace_object: 2,
      remove_object: 2,
      reject_object: 2,
      search_content: 2,
    });
  });
});
