/** A dashboard's body and local metrics → a picture of it, as SVG. */
import type { DashboardBody, MetricProperties, PlacedWidget } from "../infra/dashboard-layout.ts";
import { type Periods, type Series, seriesOf } from "./dashboard-series.ts";
import type { Measurement } from "./local-metrics.ts";

const COLUMN = 50;
const ROW = 28;
const GAP = 6;
const LEGEND_LINE = 14;
const COLORS = ["#1f77b4", "#2ca02c", "#9467bd", "#8c564b", "#ff7f0e", "#d62728", "#17becf"];
const PERIODS = 40;

/** @param caption where the metrics are from */
export function drawDashboard(
  { widgets }: DashboardBody,
  measurements: readonly Measurement[],
  caption: string,
): string {
  const times = measurements.map(({ at }) => at);
  const periods = { from: Math.min(...times), to: Math.max(...times) + 1, count: PERIODS };
  const bottom = Math.max(...widgets.map(({ y, height }) => y + height)) * ROW;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${24 * COLUMN} ${bottom + ROW}" font-family="sans-serif" font-size="11">`,
    `<title>${escapeXml(caption)}</title>`,
    `<rect width="100%" height="100%" fill="#f2f3f3"/>`,
    ...widgets.map((widget) => drawWidget(widget, measurements, periods)),
    text(GAP, bottom + 18, caption, "#545b64"),
    "</svg>",
    "",
  ].join("\n");
}

function drawWidget(
  widget: PlacedWidget,
  measurements: readonly Measurement[],
  periods: Periods,
): string {
  const [left, top] = [widget.x * COLUMN, widget.y * ROW];
  const size = { width: widget.width * COLUMN - GAP, height: widget.height * ROW - GAP };
  const content =
    widget.type === "metric"
      ? drawGraph(widget.properties, seriesOf(widget.properties, measurements, periods), size)
      : drawText(widget.type === "text" ? widget.properties.markdown : widget.properties.title);
  const card = `<rect width="${size.width}" height="${size.height}" rx="3" fill="#fff" stroke="#d5dbdb"/>`;
  return `<g transform="translate(${left + GAP / 2} ${top + GAP / 2})">${card}${content}</g>`;
}

function drawText(markdown: string): string {
  const [title = "", sentence = ""] = markdown.split("\n");
  const heading = `<text x="10" y="22" font-size="16" font-weight="bold">${escapeXml(title.replace(/^#+ /, ""))}</text>`;
  return heading + text(10, 39, sentence.replaceAll("`", ""), "#545b64");
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function drawGraph(
  { title, stacked }: MetricProperties,
  all: readonly Series[],
  size: Size,
): string {
  const heading = `<text x="10" y="18" font-weight="bold">${escapeXml(title)}</text>`;
  const series = all.filter(({ values }) => values.some((value) => value !== undefined));
  if (series.length === 0) {
    const why = all.length === 0 ? "measured by AWS alone" : "none in this run";
    return heading + text(10, 40, why, "#aab7b8");
  }
  const bottom = size.height - LEGEND_LINE * series.length - 10;
  const area = { left: 10, top: 30, width: size.width - 20, height: bottom - 30 };
  const sides = [false, true].map((isRight) => series.filter((one) => one.isRight === isRight));
  const lines = sides.flatMap((side) => {
    const max = greatest(side, stacked === true);
    return side.map((one, index) => {
      const color = COLORS[series.indexOf(one) % COLORS.length] ?? "";
      const below = stacked ? side.slice(0, index) : [];
      return drawBars(one, below, max, area, color, stacked ? 1 : 1 + series.indexOf(one));
    });
  });
  const legend = series.map(({ label, values, isRight }, index) => {
    const color = COLORS[index % COLORS.length] ?? "";
    const known = values.filter((value) => value !== undefined);
    const peak = Math.max(...known).toLocaleString("en", { maximumFractionDigits: 0 });
    const y = bottom + LEGEND_LINE * (index + 1);
    return `<rect x="10" y="${y - 8}" width="8" height="8" fill="${color}"/>${text(22, y, `${label}${isRight ? " (right)" : ""}, at most ${peak}`)}`;
  });
  const axis = `<path d="M${area.left} ${bottom}h${area.width}" stroke="#aab7b8"/>`;
  return [heading, axis, ...lines, ...legend].join("");
}

function greatest(side: readonly Series[], stacked: boolean): number {
  const periods = Array.from({ length: PERIODS }, (_, period) =>
    side.map(({ values }) => values[period] ?? 0),
  );
  const heights = periods.map((values) =>
    stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(0, ...values),
  );
  return Math.max(...heights) || 1;
}

/** One bar a period: over those below where they are stacked, else thin enough to stand before another. */
function drawBars(
  { values }: Series,
  below: readonly Series[],
  max: number,
  area: Size & { readonly left: number; readonly top: number },
  color: string,
  share: number,
): string {
  const width = area.width / PERIODS;
  const bars = values.map((value, period) => {
    if (value === undefined) return "";
    const under = below.reduce((sum, one) => sum + (one.values[period] ?? 0), 0);
    const height = (value / max) * area.height;
    const y = area.top + area.height - ((under + value) / max) * area.height;
    return `M${round(area.left + period * width)} ${round(y)}h${round((width - 1) / share)}v${round(height)}h-${round((width - 1) / share)}z`;
  });
  return `<path d="${bars.join("")}" fill="${color}"/>`;
}

const round = (value: number) => Number(value.toFixed(1));

function text(x: number, y: number, content: string, color = "#16191f"): string {
  return `<text x="${x}" y="${y}" fill="${color}">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
