import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import * as v from "valibot";
import {
  CredentialsError,
  EmptyDocumentError,
  StoreKeyError,
  UnsupportedTypeError,
} from "../../function/errors.ts";
import { createTelemetry, type Progress, type Telemetry } from "../../function/telemetry.ts";

const object = { bucket: "uploads", key: "a.txt" };

function embedProgress(tokens: number, milliseconds: number): Progress {
  return { stage: "embed", embedded: 1, toEmbed: 1, tokens, milliseconds };
}

/** Powertools writes to a console of its own; this one keeps the lines, parsed. */
function capture(): { console: Console; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { console: new Console(stream, stream), lines };
}

describe("createTelemetry", () => {
  let create: () => Telemetry;
  let telemetry: Telemetry;
  let logs: Record<string, unknown>[];
  let metrics: Record<string, unknown>[];
  beforeEach(() => {
    const logged = capture();
    const measured = capture();
    logs = logged.lines;
    metrics = measured.lines;
    const logger = new Logger({ serviceName: "test", logLevel: "INFO" });
    const emitter = new Metrics({ namespace: "Test", serviceName: "test" });
    Object.assign(logger, { console: logged.console });
    Object.assign(emitter, { console: measured.console });
    create = () => createTelemetry(logger, emitter);
    telemetry = create();
    telemetry.begun(object);
  });

  it("writes one line an object with its outcome and milliseconds by stage", () => {
    telemetry.progressed(object, { stage: "read", bytes: 5 });
    telemetry.progressed(object, { stage: "chunk", chunks: 1, tokens: 2 });
    telemetry.progressed(object, embedProgress(2, 10));
    telemetry.finished(object, { status: "embedded", chunks: 1, tokens: 2, embedded: 1 });

    assert.equal(logs.length, 1);
    const { timestamp, service, sampling_rate, milliseconds, ...line } = logs[0] ?? {};
    assert.deepEqual(line, {
      level: "INFO",
      message: "Object embedded",
      ...object,
      status: "embedded",
      stage: "embed",
      chunks: 1,
      tokens: 2,
      embedded: 1,
      coldStart: true,
    });
    const { embed, ...others } = v.parse(v.record(v.string(), v.number()), milliseconds);
    assert.equal(embed, 10);
    assert.deepEqual(Object.keys(others), ["read", "chunk", "store"]);
  });

  it("counts each outcome in a metric of its own", () => {
    telemetry.finished(object, { status: "embedded", chunks: 2, tokens: 9, embedded: 2 });
    telemetry.finished(object, { status: "unchanged", chunks: 2, tokens: 9, embedded: 0 });
    telemetry.finished(object, { status: "removed" });
    telemetry.finished(object, { status: "superseded" });
    telemetry.finished(object, { status: "rejected", error: new Error("no") });
    telemetry.failed(object, new Error("later"));
    telemetry.flush();

    const { DocumentsEmbedded, DocumentsUnchanged, DocumentsRemoved, ...rest } = metrics[0] ?? {};
    assert.deepEqual([DocumentsEmbedded, DocumentsUnchanged, DocumentsRemoved], [1, 1, 1]);
    const { DocumentsSuperseded, DocumentsRejected, DocumentsFailed } = rest;
    assert.deepEqual([DocumentsSuperseded, DocumentsRejected, DocumentsFailed], [1, 1, 1]);
  });

  it("measures what the model was given, be the object finished or not", () => {
    telemetry.progressed(object, embedProgress(100, 50));
    telemetry.progressed(object, embedProgress(50, 25));
    telemetry.failed(object, new Error("later"));
    telemetry.flush();

    const { ChunksEmbedded, TokensEmbedded, EmbeddingTime, TokensPerSecond } = metrics[0] ?? {};
    assert.deepEqual([ChunksEmbedded, TokensEmbedded], [2, 150]);
    assert.deepEqual([EmbeddingTime, TokensPerSecond], [75, 2000]);
  });

  it("measures no embedding where none was made", () => {
    telemetry.finished(object, { status: "unchanged", chunks: 2, tokens: 9, embedded: 0 });
    telemetry.flush();

    const { ChunksEmbedded, TokensPerSecond } = metrics[0] ?? {};
    assert.deepEqual([ChunksEmbedded, TokensPerSecond], [undefined, undefined]);
  });

  it("counts a cold start once, with what it took, and the memory each time", () => {
    const before = performance.now();
    telemetry.flush();
    telemetry.begun(object);
    telemetry.finished(object, { status: "removed" });
    telemetry.flush();

    const [cold, warm] = metrics;
    assert.deepEqual([cold?.ColdStarts, warm?.ColdStarts], [1, undefined]);
    assert.ok(Number(cold?.InitialisationTime) <= before && warm?.InitialisationTime === undefined);
    const peakMegabytes = process.resourceUsage().maxRSS / 1024;
    for (const line of metrics) {
      assert.ok(Number(line.MemoryUsed) > 0 && Number(line.MemoryUsed) <= peakMegabytes);
    }
    assert.equal(logs.at(-1)?.coldStart, false);
  });

  it("counts no cold start in an environment that was provisioned", () => {
    process.env.AWS_LAMBDA_INITIALIZATION_TYPE = "provisioned-concurrency";
    try {
      const provisioned = create();
      provisioned.flush();
    } finally {
      delete process.env.AWS_LAMBDA_INITIALIZATION_TYPE;
    }

    assert.equal(metrics.length, 1);
    assert.equal(metrics[0]?.ColdStarts, undefined);
  });

  it("counts rejections together, and by reason in lines of their own", () => {
    telemetry.finished(object, { status: "rejected", error: new EmptyDocumentError() });
    telemetry.finished(object, { status: "rejected", error: new EmptyDocumentError() });
    telemetry.finished(object, {
      status: "rejected",
      error: new UnsupportedTypeError("image/png", ["text/plain"]),
    });
    telemetry.flush();
    telemetry.flush();

    assert.deepEqual(
      metrics.map(({ reason, DocumentsRejected }) => [reason, DocumentsRejected]),
      [
        [undefined, [1, 1, 1]],
        ["EmptyDocumentError", 2],
        ["UnsupportedTypeError", 1],
        [undefined, undefined],
      ],
    );
  });

  it("counts apart what failed for want of credentials that work", () => {
    telemetry.failed(
      object,
      new CredentialsError({ store: "secrets-manager", id: "a" }, "do not exist."),
    );
    telemetry.failed(object, new StoreKeyError("known_content", "https://a.b", "no", 401));
    telemetry.failed(object, new Error("later"));
    telemetry.flush();

    assert.deepEqual(metrics[0]?.CredentialsFailed, [1, 1]);
  });

  it("names an error and its causes, and copies no field of theirs", () => {
    const cause = Object.assign(new Error("Access Denied"), { CanonicalRequest: "token" });
    telemetry.failed(object, new Error("S3 refuses.", { cause }));

    const errorSchema = v.object({ error: v.looseObject({ cause: v.looseObject({}) }) });
    const { error } = v.parse(errorSchema, logs[0]);
    assert.deepEqual(Object.keys(error).sort(), ["cause", "message", "name", "stack"]);
    assert.deepEqual(Object.keys(error.cause).sort(), ["message", "name", "stack"]);
  });

  it("warns of a rejected object with the reason, and reports a failed one as an error", () => {
    telemetry.finished(object, {
      status: "rejected",
      error: new UnsupportedTypeError("image/png", ["text/plain"]),
    });
    telemetry.failed(object, new Error("S3 is slow."));

    assert.deepEqual(
      logs.map(({ level }) => level),
      ["WARN", "ERROR"],
    );
    assert.match(JSON.stringify(logs[0]), /The object is image\/png/);
    assert.match(JSON.stringify(logs[1]), /S3 is slow/);
  });
});
