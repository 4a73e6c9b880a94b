import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { UnsupportedTypeError } from "../../function/errors.ts";
import { createTelemetry, type Telemetry } from "../../function/telemetry.ts";

const object = { bucket: "uploads", key: "a.txt" };

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
    telemetry = createTelemetry(logger, emitter);
    telemetry.begun(object);
  });

  it("writes one line an object with its outcome and milliseconds by stage", () => {
    telemetry.progressed(object, { stage: "read", bytes: 5 });
    telemetry.progressed(object, { stage: "embed", embedded: 1, toEmbed: 1 });
    telemetry.finished(object, { status: "embedded", chunks: 1, tokens: 2, embedded: 1 });

    assert.equal(logs.length, 1);
    const { level, message, bucket, key, status, chunks, tokens, embedded, milliseconds } =
      logs[0] ?? {};
    assert.deepEqual(
      { level, message, bucket, key, status, chunks, tokens, embedded },
      {
        level: "INFO",
        message: "Object embedded",
        ...object,
        status: "embedded",
        chunks: 1,
        tokens: 2,
        embedded: 1,
      },
    );
    assert.deepEqual(Object.keys(Object(milliseconds)), ["read", "embed"]);
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
    const { DocumentsSuperseded, DocumentsRejected, DocumentsFailed, ChunksEmbedded } = rest;
    assert.deepEqual([DocumentsSuperseded, DocumentsRejected, DocumentsFailed], [1, 1, 1]);
    assert.equal(ChunksEmbedded, 2);
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
