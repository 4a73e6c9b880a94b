/** A widget of the dashboard and local metrics → what it would draw, or nothing where AWS alone has the metric. */
import type { MetricOptions, MetricProperties } from "../infra/dashboard-layout.ts";
import { METRICS_NAMESPACE } from "../infra/function-environment.ts";
import type { Measurement } from "./local-metrics.ts";

export interface Series {
  readonly label: string;
  /** On an axis of its own, to the right. */
  readonly isRight: boolean;
  /** One value a period, in the order of time; `undefined` where nothing was measured. */
  readonly values: readonly (number | undefined)[];
}

/** The time that is drawn, in equal periods. */
export interface Periods {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** One series a metric, and of a search one for each reason that it finds. */
export function seriesOf(
  { metrics, stat = "Average" }: Pick<MetricProperties, "metrics" | "stat">,
  measurements: readonly Measurement[],
  periods: Periods,
): Series[] {
  return metrics.flatMap((metric) => {
    const options = metric.at(-1);
    if (typeof options !== "object") return [];
    const [namespace, name] = metric;
    if (typeof namespace === "object") return searchReasons(namespace, measurements, periods);
    if (namespace !== METRICS_NAMESPACE) return [];
    const own = measurements.filter(
      ({ name: measured, dimensions }) => measured === name && dimensions.reason === undefined,
    );
    return [draw(String(options.label ?? name), options, stat, own, periods)];
  });
}

function searchReasons(
  { expression }: MetricOptions & { readonly expression?: string },
  measurements: readonly Measurement[],
  periods: Periods,
): Series[] {
  const name = /^SEARCH\('.*,reason\} MetricName="(\w+)"/.exec(expression ?? "")?.[1];
  const byReason = Map.groupBy(
    measurements.filter((measured) => measured.name === name),
    ({ dimensions }) => dimensions.reason,
  );
  return [...byReason].flatMap(([reason, own]) =>
    reason === undefined ? [] : [draw(reason, {}, "Sum", own, periods)],
  );
}

function draw(
  label: string,
  { stat, yAxis }: MetricOptions,
  commonStat: string,
  own: readonly Measurement[],
  { from, to, count }: Periods,
): Series {
  const values = Array.from({ length: count }, (_, period) => {
    const inPeriod = own.filter(
      ({ at }) => Math.min(count - 1, Math.floor(((at - from) / (to - from)) * count)) === period,
    );
    return statistic(
      stat ?? commonStat,
      inPeriod.map(({ value }) => value),
    );
  });
  return { label, isRight: yAxis === "right", values };
}

/** As CloudWatch aggregates the values of a period; the others of its statistics are not on the dashboard. */
function statistic(stat: string, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  if (stat === "Sum") return sum;
  if (stat === "Maximum") return Math.max(...values);
  if (stat === "p50") return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1];
  return sum / values.length;
}
