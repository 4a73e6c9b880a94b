import assert from "node:assert/strict";
import fc from "fast-check";
import * as v from "valibot";
import { type DashboardSubject, dashboardBody } from "../../infra/dashboard-body.ts";
import { type DashboardBody, layOut, type Widget } from "../../infra/dashboard-layout.ts";
import { dashboardSchema } from "./dashboard-schema.ts";

const subject: DashboardSubject = {
  region: "eu-west-1",
  topicName: "acme-dev-uploads",
  functionName: "acme-dev-embedding-processor",
  searchFunctionName: "acme-dev-embedding-search",
  alarmArns: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:acme-dev-errors"],
  timeoutSeconds: 300,
  memoryMegabytes: 2048,
  architecture: "arm64",
  delivery: "direct",
};

const headings = ({ widgets }: DashboardBody) =>
  widgets.flatMap((widget) =>
    widget.type === "text" ? [/^## (.*)/.exec(widget.properties.markdown)?.[1]] : [],
  );
const graphs = ({ widgets }: DashboardBody) =>
  widgets.flatMap((widget) => (widget.type === "metric" ? [widget.properties] : []));
const seriesOf = (body: DashboardBody) =>
  graphs(body).flatMap(({ metrics }) =>
    metrics.flatMap((metric) => {
      const [first, name] = metric;
      return typeof first === "string" ? [`${first} ${name}`] : [];
    }),
  );

describe("dashboardBody", () => {
  it("is a dashboard as CloudWatch documents it, whatever is switched on", () => {
    const subjects = fc.record({
      region: fc.constantFrom("eu-west-1", "us-gov-east-1"),
      topicName: fc.constant("topic"),
      functionName: fc.constant("function"),
      searchFunctionName: fc.constantFrom(undefined, "search"),
      alarmArns: fc.constantFrom([], subject.alarmArns),
      timeoutSeconds: fc.integer({ min: 1, max: 900 }),
      memoryMegabytes: fc.integer({ min: 128, max: 10_240 }),
      architecture: fc.constantFrom("arm64" as const, "x64" as const),
      delivery: fc.constantFrom("direct" as const, "queue" as const),
    });
    fc.assert(
      fc.property(subjects, (any) => {
        v.parse(dashboardSchema, JSON.parse(JSON.stringify(dashboardBody(any))));
      }),
    );
  });

  it("is told from what CloudWatch does not document", () => {
    const text = JSON.stringify(dashboardBody(subject));
    const broken = [
      ['"stacked":true', '"stacking":true'],
      ['"view":"timeSeries"', '"view":"line"'],
      ['"TopicName","acme-dev-uploads"', '"TopicName"'],
      ['"period":300', '"period":301'],
      ['"stat":"p50"', '"stat":"median"'],
      ['"width":24', '"width":25'],
      ['"id":"reasons"', '"id":"Reasons"'],
    ] as const;

    for (const [right, wrong] of broken) {
      assert.ok(text.includes(right), right);
      assert.equal(v.is(dashboardSchema, JSON.parse(text.replace(right, wrong))), false, wrong);
    }
  });

  it("reads from top to bottom like the flow", () => {
    const body = dashboardBody(subject);

    assert.deepEqual(headings(body), [
      "Uploads",
      "Runs",
      "Documents",
      "Embeddings",
      "Dead-letter queues",
      "Search",
      "Costs",
    ]);
    assert.deepEqual(body.widgets[0]?.type, "alarm");
    const places = body.widgets.map(({ y }) => y);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });

  it("has no alarms and no search where there are none", () => {
    const body = dashboardBody({ ...subject, alarmArns: [], searchFunctionName: undefined });

    assert.ok(body.widgets.every(({ type }) => type !== "alarm"));
    assert.ok(!headings(body).includes("Search"));
    assert.ok(!JSON.stringify(body).includes("acme-dev-embedding-search"));
  });

  it("shows every metric of the function", () => {
    const own = seriesOf(dashboardBody({ ...subject, delivery: "queue" })).filter((name) =>
      name.startsWith("EmbeddingProcessor"),
    );

    assert.deepEqual(
      [...new Set(own)].sort(),
      [
        "ChunksEmbedded",
        "ColdStarts",
        "CredentialsFailed",
        "DocumentsContinued",
        "DocumentsEmbedded",
        "DocumentsFailed",
        "DocumentsRejected",
        "DocumentsRemoved",
        "DocumentsSuperseded",
        "DocumentsUnchanged",
        "EmbeddingTime",
        "InitialisationTime",
        "MemoryUsed",
        "MessagesFailed",
        "TokensEmbedded",
        "TokensPerSecond",
      ].map((name) => `EmbeddingProcessor ${name}`),
    );
  });

  it("shows what waits in the queue of uploads, where there is one", () => {
    const queue = `"QueueName","${subject.functionName}-uploads"`;

    assert.ok(!JSON.stringify(dashboardBody(subject)).includes(queue));
    const body = dashboardBody({ ...subject, delivery: "queue" });
    assert.ok(JSON.stringify(body).includes(`"ApproximateAgeOfOldestMessage",${queue}`));
  });

  it("shows both dead-letter queues", () => {
    const text = JSON.stringify(dashboardBody(subject));

    for (const name of ["failed", "undelivered"]) {
      assert.ok(text.includes(`"QueueName","acme-dev-embedding-processor-${name}"`));
    }
  });

  it("draws the limits where a run ends", () => {
    const limits = graphs(dashboardBody(subject)).flatMap(({ annotations }) =>
      (annotations?.horizontal ?? []).map(({ label, value }) => [label, value]),
    );

    assert.deepEqual(limits, [
      ["timeoutSeconds", 300_000],
      ["memoryMegabytes", 2048],
    ]);
  });

  it("reckons Lambda's dollars from its memory and the list price", () => {
    const costs = graphs(dashboardBody(subject)).find(({ title }) => title === "Dollars");

    assert.ok(
      JSON.stringify(costs?.metrics).includes(
        "FILL(duration, 0) / 1000 * 0.000026666800 + FILL(invocations, 0) * 0.2 / 1000000",
      ),
    );
  });
});

describe("layOut", () => {
  const widget = fc.constantFrom<Widget>(
    { type: "text", properties: { markdown: "a" } },
    { type: "alarm", properties: { title: "a", alarms: ["a"] } },
    {
      type: "metric",
      properties: { title: "a", region: "eu-west-1", view: "timeSeries", metrics: [["A", "B"]] },
    },
  );

  it("puts no widget over another, and none beside the grid", () => {
    fc.assert(
      fc.property(fc.array(fc.array(widget, { minLength: 1, maxLength: 6 })), (rows) => {
        const { widgets } = layOut(rows);

        assert.equal(widgets.length, rows.flat().length);
        const cells = widgets.flatMap(({ x, y, width, height }) =>
          Array.from({ length: width * height }, (_, cell) => {
            const column = x + (cell % width);
            assert.ok(column < 24);
            return `${column},${y + Math.floor(cell / width)}`;
          }),
        );
        assert.equal(new Set(cells).size, cells.length);
      }),
    );
  });
});
