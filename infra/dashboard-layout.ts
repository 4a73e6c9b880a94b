/** Takes rows of widgets and gives the body of a CloudWatch dashboard, each widget in its place. */

/** Namespace, metric's name, dimensions in pairs, and how it is drawn. */
export type Metric = readonly [string, string, ...(string | MetricOptions)[]];

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export interface MetricOptions {
  readonly id?: string;
  readonly label?: string;
  readonly stat?: string;
  readonly period?: number;
  readonly yAxis?: "left" | "right";
  readonly visible?: boolean;
}

export interface MetricProperties {
  readonly title: string;
  readonly region: string;
  readonly view: "timeSeries" | "singleValue";
  readonly metrics: readonly (
    | Metric
    | readonly [MetricOptions & { readonly expression: string }]
  )[];
  readonly stat?: string;
  readonly period?: number;
  readonly stacked?: boolean;
  readonly yAxis?: {
    readonly left: { readonly min?: number; readonly label?: string; readonly showUnits?: boolean };
  };
  readonly annotations?: {
    readonly horizontal: readonly { readonly label: string; readonly value: number }[];
  };
}

export type Widget =
  | { readonly type: "text"; readonly properties: { readonly markdown: string } }
  | {
      readonly type: "alarm";
      readonly properties: { readonly title: string; readonly alarms: readonly string[] };
    }
  | { readonly type: "metric"; readonly properties: MetricProperties };

export type PlacedWidget = Widget & {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export interface DashboardBody {
  readonly widgets: readonly PlacedWidget[];
}

/** Of CloudWatch's grid. */
const GRID_COLUMNS = 24;
const HEIGHTS: Readonly<Record<Widget["type"], number>> = { text: 2, alarm: 2, metric: 6 };

/** The rows from top to bottom; the widgets of one share its width. */
export function layOut(rows: readonly (readonly Widget[])[]): DashboardBody {
  let y = 0;
  const widgets = rows.flatMap((row) => {
    const height = Math.max(0, ...row.map(({ type }) => HEIGHTS[type]));
    const width = Math.floor(GRID_COLUMNS / row.length);
    const placed = row.map((widget, index) => ({ ...widget, x: index * width, y, width, height }));
    y += height;
    return placed;
  });
  return { widgets };
}
