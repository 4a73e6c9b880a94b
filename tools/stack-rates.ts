/** A stack's own metrics of the last 30 days → what one of its documents takes. */
import type {
  GetMetricDataCommandInput,
  GetMetricDataCommandOutput,
  MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { METRICS_NAMESPACE } from "../infra/function-environment.ts";
import type { Rates } from "./bill.ts";

export type GetMetricData = (
  input: GetMetricDataCommandInput,
) => Promise<Pick<GetMetricDataCommandOutput, "MetricDataResults" | "NextToken">>;

const DAYS = 30;
const DAY_SECONDS = 24 * 60 * 60;

/**
 * Gives the rates, or nothing where the stack embedded nothing. All of the function's time is counted as the
 * embedded tokens': waiting for S3 and Supabase, unchanged and rejected documents, cold starts.
 */
export async function readStackRates(
  getMetricData: GetMetricData,
  functionName: string,
  now: Date,
): Promise<Rates | undefined> {
  const ofFunction = (id: string, name: string) =>
    sumOf(id, "AWS/Lambda", name, "FunctionName", functionName);
  const sums = await readSums(
    getMetricData,
    [
      ofFunction("milliseconds", "Duration"),
      ofFunction("runs", "Invocations"),
      sumOf("tokens", METRICS_NAMESPACE, "TokensEmbedded", "service", functionName),
      sumOf("bytes", "AWS/Logs", "IncomingBytes", "LogGroupName", `/aws/lambda/${functionName}`),
    ],
    now,
  );
  const [tokens, runs] = [sums("tokens"), sums("runs")];
  if (tokens === 0 || runs === 0) return undefined;
  return {
    millisecondsPerToken: sums("milliseconds") / tokens,
    logBytesPerDocument: sums("bytes") / runs,
  };
}

function sumOf(
  Id: string,
  Namespace: string,
  MetricName: string,
  dimension: string,
  Value: string,
): MetricDataQuery {
  const Metric = { Namespace, MetricName, Dimensions: [{ Name: dimension, Value }] };
  return { Id, MetricStat: { Metric, Period: DAY_SECONDS, Stat: "Sum" } };
}

/** The sum of each query's values, by its id; 0 where there are none. */
async function readSums(
  getMetricData: GetMetricData,
  MetricDataQueries: MetricDataQuery[],
  now: Date,
): Promise<(id: string) => number> {
  const sums = new Map<string, number>();
  const StartTime = new Date(now.getTime() - DAYS * DAY_SECONDS * 1000);
  let NextToken: string | undefined;
  do {
    const page = await getMetricData({ MetricDataQueries, StartTime, EndTime: now, NextToken });
    for (const { Id = "", Values = [] } of page.MetricDataResults ?? []) {
      sums.set(
        Id,
        Values.reduce((sum, value) => sum + value, sums.get(Id) ?? 0),
      );
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return (id) => sums.get(id) ?? 0;
}
