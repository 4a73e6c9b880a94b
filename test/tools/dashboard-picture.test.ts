import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dashboardBody } from "../../infra/dashboard-body.ts";
import { drawDashboard } from "../../tools/dashboard-picture.ts";
import { seriesOf } from "../../tools/dashboard-series.ts";
import { measureLocally, parseMeasurements } from "../../tools/local-metrics.ts";

const service = "acme-dev-embedding-processor";
const body = dashboardBody({
  region: "eu-west-1",
  topicName: "uploads",
  functionName: service,
  searchFunctionName: undefined,
  alarmArns: [],
  timeoutSeconds: 300,
  memoryMegabytes: 3008,
  architecture: "arm64",
  delivery: "direct",
});

const line = (at: number, dimensions: Readonly<Record<string, string>>, values: object) =>
  JSON.stringify({
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        {
          Namespace: "EmbeddingProcessor",
          Dimensions: [Object.keys(dimensions)],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: "Count" })),
        },
      ],
    },
    ...dimensions,
    ...values,
  });

describe("parseMeasurements", () => {
  it("gives each value with its dimensions and its time, and passes other lines over", () => {
    const log = [
      "START RequestId",
      '{"level":"INFO","message":"Object embedded"}',
      line(1000, { service, reason: "EmptyDocumentError" }, { DocumentsRejected: 2 }),
      line(2000, { service }, { EmbeddingTime: [5, 7] }),
    ].join("\n");

    const dimensions = { service };
    assert.deepEqual(parseMeasurements(log), [
      {
        name: "DocumentsRejected",
        value: 2,
        dimensions: { service, reason: "EmptyDocumentError" },
        at: 1000,
      },
      { name: "EmbeddingTime", value: 5, dimensions, at: 2000 },
      { name: "EmbeddingTime", value: 7, dimensions, at: 2000 },
    ]);
  });
});

describe("seriesOf", () => {
  const periods = { from: 0, to: 100, count: 2 };
  const measurements = parseMeasurements(
    [
      line(0, { service }, { EmbeddingTime: [1, 2, 9], DocumentsRejected: 2 }),
      line(99, { service }, { EmbeddingTime: 4 }),
      line(99, { service, reason: "EmptyDocumentError" }, { DocumentsRejected: 2 }),
    ].join("\n"),
  );
  const ofTime = (stat: string) =>
    seriesOf(
      { metrics: [["EmbeddingProcessor", "EmbeddingTime", "service", service, { stat }]] },
      measurements,
      periods,
    ).map(({ values }) => values);

  it("aggregates the values of a period as the metric's statistic says", () => {
    assert.deepEqual(["Sum", "Maximum", "Average", "p50"].map(ofTime), [
      [[12, 4]],
      [[9, 4]],
      [[4, 4]],
      [[2, 4]],
    ]);
  });

  it("gives a series for each reason that a search finds, and none for what AWS measures", () => {
    const search = body.widgets.flatMap(({ type, properties }) =>
      type === "metric" && properties.title === "Rejected, by reason" ? [properties] : [],
    );
    assert.equal(search.length, 1);

    assert.deepEqual(
      search.flatMap((properties) => seriesOf(properties, measurements, periods)),
      [{ label: "EmptyDocumentError", isRight: false, values: [undefined, 2] }],
    );
    const invocations = ["AWS/Lambda", "Invocations", "FunctionName", service, {}] as const;
    assert.deepEqual(seriesOf({ metrics: [invocations] }, measurements, periods), []);
  });
});

describe("drawDashboard", () => {
  const titles = body.widgets.flatMap(({ type, properties }) =>
    type === "metric" ? [properties.title] : [],
  );

  it("draws every widget, from the metrics of a real run", async () => {
    const measurements = await measureLocally(service);
    const picture = drawDashboard(body, measurements, "A caption & more");

    for (const title of titles) assert.ok(picture.includes(`>${title}</text>`), title);
    assert.ok(picture.includes(">A caption &amp; more</text>"));
    for (const label of ["embedded", "unchanged", "removed", "UnsupportedTypeError"]) {
      assert.ok(picture.includes(`>${label}, at most `), label);
    }
    assert.doesNotMatch(picture, /NaN|Infinity|undefined/);
  });

  it("is in the repository as the dashboard is now", () => {
    const committed = readFileSync("docs/dashboard.svg", "utf8");

    for (const title of titles) assert.ok(committed.includes(`>${title}</text>`), title);
  });
});
