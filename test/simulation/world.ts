/** A history's S3, SSM, Supabase and model → the function's environment over them, with their faults. */
import type { PGlite } from "@electric-sql/pglite";
import { createCredentials } from "../../function/credentials.ts";
import type { Environment } from "../../function/environment.ts";
import type { GetObjectAnswer } from "../../function/object.ts";
import { createStore } from "../../function/store.ts";
import { connectSupabase } from "../../function/supabase.ts";
import type { Telemetry } from "../../function/telemetry.ts";
import { createDataApi } from "../../local/data-api.ts";
import type { Answer } from "../../local/serve.ts";
import { type Buckets, maxObjectBytes } from "./buckets.ts";
import type { Faults } from "./faults.ts";
import { createInvariants } from "./invariants.ts";
import type { Lane, Scheduler } from "./scheduler.ts";

export const model = "stand-in";
const credentialsPlace = { store: "parameter-store", id: "/simulated/supabase" } as const;
export const topicArn = "arn:aws:sns:eu-west-1:123456789012:uploads";

/** How often the model ran, and for what. */
export interface EmbeddingCounts {
  computed: number;
  /** Of content that was stored already when its embedding began. */
  redundant: number;
}

export interface World {
  /** From now on all goes well, and fast. */
  calm(): void;
  /** The most connections to Supabase at the same time. */
  readonly mostConnections: () => number;
  /** A fresh environment; `lane` is that of its present invocation. */
  createEnvironment(lane: () => Lane): Environment;
  /** From now on Supabase takes another key, and SSM gives it after a while. */
  rotateKey(ssmAfterMilliseconds: number): void;
}

export interface WorldParts {
  readonly database: PGlite;
  readonly scheduler: Scheduler;
  readonly buckets: Buckets;
  readonly faults: Faults;
  readonly latencies: readonly number[];
  readonly embeddings: EmbeddingCounts;
  readonly telemetry: Telemetry;
}

const slowMilliseconds = 5_000;
/** As long as the function waits for Supabase. */
const silenceMilliseconds = 75_000;

const reset = () => Object.assign(new Error("aborted"), { code: "ECONNRESET" });
const awsError = (name: string, httpStatusCode: number) =>
  Object.assign(new Error(name), { name, $metadata: { httpStatusCode } });

export function createWorld(parts: WorldParts): World {
  const { database, scheduler, buckets, faults, embeddings, telemetry } = parts;
  /** Who waits for Supabase; what a dead one waited for is closed. */
  const waiting = new Set<Lane>();
  let mostConnections = 0;
  let taken = 0;
  let isCalm = false;
  const latency = () => (isCalm ? 1 : (parts.latencies[taken++ % parts.latencies.length] ?? 1));
  const assertInvariants = createInvariants(database, buckets.wasAbsent);
  let keys = 1;
  let numberInSsm = 1;
  let dataApi: Answer = createDataApi(database, "key-1");

  async function getObject(lane: Lane, name: { bucket: string; key: string }) {
    const fault = faults.strike("getObject");
    const wait = scheduler.wait<void>(lane);
    if (fault === "500") wait.fail(latency(), awsError("InternalError", 500));
    else if (fault === "503 SlowDown") wait.fail(latency(), awsError("SlowDown", 503));
    else if (fault === "reset") wait.fail(latency(), reset());
    else wait.wake(latency() + (fault === "slow" ? slowMilliseconds : 0), undefined);
    await wait.promise;
    const version = buckets.current(name);
    if (version?.bytes === undefined) throw awsError("NoSuchKey", 404);
    const { bytes, etag, versionId, lastModified } = version;
    const answer: GetObjectAnswer = {
      ContentLength: bytes.length,
      ContentType: "text/plain",
      ETag: etag,
      LastModified: lastModified,
      VersionId: versionId,
      Body: { transformToByteArray: () => readBody(lane, bytes) },
    };
    return answer;
  }

  async function readBody(lane: Lane, bytes: Uint8Array): Promise<Uint8Array> {
    const fault = faults.strike("body");
    const wait = scheduler.wait<Uint8Array>(lane);
    if (fault === "reset") wait.fail(latency(), reset());
    else if (fault === "cut off") wait.wake(latency(), bytes.subarray(0, bytes.length >> 1));
    else wait.wake(latency() + (fault === "slow" ? slowMilliseconds : 0), bytes);
    return wait.promise;
  }

  async function getParameter(lane: Lane): Promise<string> {
    const fault = faults.strike("parameter");
    const wait = scheduler.wait<string>(lane);
    if (fault === "throttled") wait.fail(latency(), awsError("ThrottlingException", 400));
    else if (fault === "500") wait.fail(latency(), awsError("InternalServerError", 500));
    else wait.wake(latency(), `key-${numberInSsm}`);
    const service_key = await wait.promise;
    return JSON.stringify({ url: "https://simulated.supabase.co", service_key });
  }

  /** What is sent is carried out by a task of its own: it outlives the invocation that sent it. */
  function callSupabase(lane: Lane, request: Request): Promise<Response> {
    const fault = faults.strike("supabase");
    const wait = scheduler.wait<Response>(lane);
    if (waiting.has(lane)) throw new Error("Two calls of Supabase at once in one invocation");
    waiting.add(lane);
    mostConnections = Math.max(mostConnections, [...waiting].filter((l) => !l.isDead).length);
    const [there, back] = [latency(), latency()];
    const serve = (after: number, then: (response: Response) => void) =>
      scheduler.start(after, async () => {
        then(await dataApi(request));
        await assertInvariants();
      });
    const lost = () => new TypeError("fetch failed", { cause: reset() });
    if (fault === "429") {
      wait.wake(there, new Response("", { status: 429, headers: { "retry-after": "2" } }));
    } else if (fault === "500" || fault === "503") {
      wait.wake(there, new Response("", { status: Number(fault) }));
    } else if (fault === "unreachable") wait.fail(there, lost());
    else if (fault === "silent") {
      wait.fail(silenceMilliseconds, new DOMException("No answer in time", "TimeoutError"));
    } else if (fault === "answer lost") serve(there, () => wait.fail(back, lost()));
    else if (fault === "late") {
      serve(there + slowMilliseconds, () => {});
      wait.fail(there, lost());
    } else serve(there + (fault === "slow" ? slowMilliseconds : 0), (r) => wait.wake(back, r));
    return wait.promise.finally(() => waiting.delete(lane));
  }

  async function embed(lane: Lane, text: string): Promise<Float32Array> {
    const { rows } = await database.query(
      "select from content_embeddings where content = $1 and metadata ->> 'model' = $2",
      [text, model],
    );
    lane.embedded += 1;
    embeddings.computed += 1;
    embeddings.redundant += rows.length;
    const fault = faults.strike("embed");
    const wait = scheduler.wait<Float32Array>(lane);
    wait.wake(latency() + (fault === "slow" ? slowMilliseconds : 0), embeddingOf(text));
    return wait.promise;
  }

  return {
    calm() {
      faults.stop();
      isCalm = true;
    },
    mostConnections: () => mostConnections,
    rotateKey(ssmAfterMilliseconds) {
      keys += 1;
      const number = keys;
      dataApi = createDataApi(database, `key-${number}`);
      scheduler.start(ssmAfterMilliseconds, async () => {
        numberInSsm = Math.max(numberInSsm, number);
      });
    },
    createEnvironment: (lane) => ({
      settings: {
        credentialsPlace,
        modelPath: "",
        chunkTokens: 4,
        chunkOverlapTokens: 0,
        maxObjectBytes,
        topicArn,
      },
      publish: async () => {
        throw new Error("The topic is Lambda's part of the simulation");
      },
      getObject: (name) => getObject(lane(), name),
      embedder: {
        model,
        dimensions: 3,
        maxDocumentTokens: 100,
        countTokens: (text) => text.split(/\s+/).filter((word) => word !== "").length,
        embedDocument: (text) => embed(lane(), text),
        embedQuery: (text) => embed(lane(), text),
        close: async () => {},
      },
      store: createStore(
        connectSupabase(
          createCredentials(() => getParameter(lane()), credentialsPlace),
          (input, init) => callSupabase(lane(), new Request(input, init)),
        ),
      ),
      telemetry,
      close: async () => {},
    }),
  };
}

/** Any vector that tells the texts apart. */
export function embeddingOf(text: string): Float32Array {
  return Float32Array.of(text.length, text.charCodeAt(0), 1);
}
