import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as v from "valibot";
import { PLANTED } from "./planted.ts";

const program = fileURLToPath(new URL("every-outcome.ts", import.meta.url));

const lineSchema = v.looseObject({
  level: v.string(),
  message: v.string(),
  key: v.optional(v.string()),
  status: v.optional(v.string()),
  reason: v.optional(v.string()),
});
const metricsSchema = v.looseObject({
  _aws: v.object({
    CloudWatchMetrics: v.tuple([
      v.object({
        Namespace: v.literal("EmbeddingProcessor"),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string(), Unit: v.string() })),
      }),
    ]),
  }),
  reason: v.optional(v.string()),
});

describe("the output of the function", () => {
  let output: string;
  let lines: v.InferOutput<typeof lineSchema>[];
  let metrics: v.InferOutput<typeof metricsSchema>[];
  before(async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [program], {
      env: { ...process.env, LOG_LEVEL: "TRACE", POWERTOOLS_SERVICE_NAME: "acme" },
    });
    output = stdout + stderr;
    const parsed = output
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line): unknown => JSON.parse(line));
    lines = parsed.filter((line) => v.is(lineSchema, line));
    metrics = parsed.filter((line) => v.is(metricsSchema, line));
  });

  /** The sum of a metric, of one reason or of the whole. */
  function total(name: string, reason?: string): number {
    return metrics
      .filter((line) => line.reason === reason)
      .flatMap((line) => line[name])
      .reduce<number>((sum, value) => sum + (typeof value === "number" ? value : 0), 0);
  }

  it("has one line for each object, with what became of it", () => {
    const outcomes = lines.flatMap(({ key, status, reason }) =>
      key === undefined || status === undefined ? [] : [[key, reason ?? status].join(" ")],
    );

    assert.deepEqual(outcomes, [
      "minutes.md embedded",
      "minutes.md unchanged",
      "late.txt embedded",
      "late.txt superseded",
      "minutes.md removed",
      "empty.txt EmptyDocumentError",
      "image.png UnsupportedTypeError",
      "binary.txt BinaryContentError",
      "misencoded.txt InvalidEncodingError",
      "large.txt ObjectTooLargeError",
      "marked.txt IndivisibleTextError",
      "archived.txt ObjectArchivedError",
      "signature.txt failed",
      "arithmetic.txt failed",
      "no-credentials.txt failed",
      "not-json.txt failed",
      "broken-key.txt failed",
      "url-password.txt failed",
      "wrong-key.txt failed",
      "role.txt failed",
      "row.txt failed",
      "unreachable.txt failed",
    ]);
  });

  it("has a metric for each outcome", () => {
    const names = ["Embedded", "Unchanged", "Superseded", "Removed", "Rejected", "Failed"];

    assert.deepEqual(
      names.map((name) => [name, total(`Documents${name}`)]),
      [
        ["Embedded", 2],
        ["Unchanged", 1],
        ["Superseded", 1],
        ["Removed", 1],
        ["Rejected", 7],
        ["Failed", 10],
      ],
    );
    assert.equal(total("CredentialsFailed"), 6);
    assert.equal(total("ColdStarts"), 1);
  });

  it("has a metric for each reason to reject", () => {
    const reasons = [
      ...new Set(lines.flatMap(({ status, reason }) => (status === "rejected" && reason) || [])),
    ];

    assert.equal(reasons.length, 7);
    for (const reason of reasons) assert.equal(total("DocumentsRejected", reason), 1, reason);
  });

  it("has none of twenty credentials and sentences, at the most talkative level", () => {
    assert.ok(lines.some(({ level }) => level === "DEBUG"));
    const planted = Object.values(PLANTED);
    assert.equal(planted.length, 20);

    assert.deepEqual(
      planted.filter((text) => output.includes(text)),
      [],
    );
  });
});
