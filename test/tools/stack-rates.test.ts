import assert from "node:assert/strict";
import { type GetMetricData, readStackRates } from "../../tools/stack-rates.ts";

const NOW = new Date("2026-11-25T12:00:00Z");

/** Answers with these values, in as many pages. */
function answer(...pages: Readonly<Record<string, number[]>>[]) {
  const asked: Parameters<GetMetricData>[0][] = [];
  const getMetricData: GetMetricData = async (input) => {
    asked.push(input);
    const page = Number(input.NextToken ?? 0);
    return {
      MetricDataResults: Object.entries(pages[page] ?? {}).map(([Id, Values]) => ({ Id, Values })),
      NextToken: page + 1 < pages.length ? String(page + 1) : undefined,
    };
  };
  return { getMetricData, asked };
}

describe("readStackRates", () => {
  it("divides the function's time by its tokens and its log by its runs, over all pages", async () => {
    const { getMetricData } = answer(
      { milliseconds: [1000, 2000], runs: [5, 5], tokens: [400] },
      { milliseconds: [3000], tokens: [200], bytes: [15_000] },
    );

    assert.deepEqual(await readStackRates(getMetricData, "acme-dev-embedding-processor", NOW), {
      millisecondsPerToken: 10,
      logBytesPerDocument: 1500,
    });
  });

  it("gives nothing where nothing was embedded", async () => {
    const { getMetricData } = answer({ milliseconds: [1000], runs: [5], bytes: [100] });

    assert.equal(
      await readStackRates(getMetricData, "acme-dev-embedding-processor", NOW),
      undefined,
    );
  });

  it("asks for the daily sums of thirty days, of this function alone", async () => {
    const { getMetricData, asked } = answer({});
    await readStackRates(getMetricData, "acme-dev-embedding-processor", NOW);

    assert.equal(asked.length, 1);
    const { MetricDataQueries = [], StartTime, EndTime } = asked[0] ?? assert.fail();
    assert.deepEqual([StartTime, EndTime], [new Date("2026-10-26T12:00:00Z"), NOW]);
    const name = "acme-dev-embedding-processor";
    assert.deepEqual(
      MetricDataQueries.map(({ Id, MetricStat }) => {
        const { Metric, Period, Stat } = MetricStat ?? {};
        const [{ Name, Value } = {}] = Metric?.Dimensions ?? [];
        return [Id, Metric?.Namespace, Metric?.MetricName, Name, Value, Period, Stat];
      }),
      [
        ["milliseconds", "AWS/Lambda", "Duration", "FunctionName", name, 86_400, "Sum"],
        ["runs", "AWS/Lambda", "Invocations", "FunctionName", name, 86_400, "Sum"],
        ["tokens", "EmbeddingProcessor", "TokensEmbedded", "service", name, 86_400, "Sum"],
        [
          "bytes",
          "AWS/Logs",
          "IncomingBytes",
          "LogGroupName",
          `/aws/lambda/${name}`,
          86_400,
          "Sum",
        ],
      ],
    );
  });
});
