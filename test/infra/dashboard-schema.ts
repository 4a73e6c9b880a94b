/**
 * The body of a CloudWatch dashboard as AWS documents it; a key or value that is not in the documentation is refused.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
import * as v from "valibot";

const integer = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

const place = {
  x: v.optional(integer(0, 23)),
  y: v.optional(integer(0, Number.MAX_SAFE_INTEGER)),
  width: v.optional(integer(1, 24)),
  height: v.optional(integer(1, 1000)),
};

/** 1, 5, 10, 30 seconds for high resolution, else whole minutes. */
const period = v.pipe(
  integer(1, 2_592_000),
  v.check((seconds) => [1, 5, 10, 30].includes(seconds) || seconds % 60 === 0),
);
const stat = v.union([
  v.picklist(["SampleCount", "Average", "Sum", "Minimum", "Maximum", "IQM"]),
  v.pipe(v.string(), v.regex(/^(p|tm|tc|ts|wm)\d{1,2}(\.\d{1,10})?$/)),
]);
const color = v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/i));
/** An id can be used in expressions: it begins with a lower-case letter. */
const id = v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9_]*$/));

const rendering = {
  color: v.optional(color),
  id: v.optional(id),
  label: v.optional(v.string()),
  period: v.optional(period),
  region: v.optional(v.string()),
  stat: v.optional(stat),
  visible: v.optional(v.boolean()),
  yAxis: v.optional(v.picklist(["left", "right"])),
};

/** `[Namespace, MetricName, DimensionName, DimensionValue, …, {options}]`, with at most 30 dimensions. */
const metric = v.pipe(
  v.array(v.union([v.pipe(v.string(), v.nonEmpty(), v.maxLength(255)), v.strictObject(rendering)])),
  v.check((parts) => {
    const words = parts.findIndex((part) => typeof part !== "string");
    const names = words === -1 ? parts.length : words;
    return names >= 2 && names % 2 === 0 && names <= 62 && parts.length <= names + 1;
  }, "a metric is a namespace, a name, pairs of dimensions and options"),
);
const expression = v.strictTuple([
  v.strictObject({ ...rendering, expression: v.pipe(v.string(), v.nonEmpty(), v.maxLength(2048)) }),
]);

const axis = v.strictObject({
  label: v.optional(v.string()),
  min: v.optional(v.number()),
  max: v.optional(v.number()),
  showUnits: v.optional(v.boolean()),
});
const horizontalAnnotation = v.strictObject({
  value: v.number(),
  label: v.optional(v.string()),
  color: v.optional(color),
  fill: v.optional(v.picklist(["above", "below", "none"])),
  visible: v.optional(v.boolean()),
  yAxis: v.optional(v.picklist(["left", "right"])),
});

const metricWidget = v.strictObject({
  ...place,
  type: v.literal("metric"),
  properties: v.strictObject({
    region: v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/)),
    metrics: v.pipe(v.array(v.union([expression, metric])), v.minLength(1), v.maxLength(500)),
    title: v.optional(v.string()),
    view: v.optional(v.picklist(["timeSeries", "singleValue", "gauge", "bar", "pie", "table"])),
    stat: v.optional(stat),
    period: v.optional(period),
    stacked: v.optional(v.boolean()),
    sparkline: v.optional(v.boolean()),
    legend: v.optional(v.strictObject({ position: v.picklist(["right", "bottom", "hidden"]) })),
    yAxis: v.optional(v.strictObject({ left: v.optional(axis), right: v.optional(axis) })),
    annotations: v.optional(
      v.strictObject({ horizontal: v.optional(v.array(horizontalAnnotation)) }),
    ),
  }),
});
const textWidget = v.strictObject({
  ...place,
  type: v.literal("text"),
  properties: v.strictObject({
    markdown: v.pipe(v.string(), v.nonEmpty()),
    background: v.optional(v.picklist(["transparent", "solid"])),
  }),
});
const alarmWidget = v.strictObject({
  ...place,
  type: v.literal("alarm"),
  properties: v.strictObject({
    alarms: v.pipe(
      v.array(
        v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/)),
      ),
      v.minLength(1),
      v.maxLength(100),
    ),
    title: v.optional(v.string()),
    sortBy: v.optional(v.picklist(["default", "stateUpdatedTimestamp", "timestamp"])),
    states: v.optional(v.array(v.picklist(["ALARM", "INSUFFICIENT_DATA", "OK"]))),
  }),
});

export const dashboardSchema = v.strictObject({
  widgets: v.pipe(
    v.array(v.variant("type", [metricWidget, textWidget, alarmWidget])),
    v.maxLength(500),
  ),
  start: v.optional(v.string()),
  end: v.optional(v.string()),
  periodOverride: v.optional(v.picklist(["auto", "inherit"])),
});
