/** The map's points → a picture of them, which the keyboard moves through as through a list. */
import type { MapAnswer, MapPoint } from "../answers.ts";
import { create, createSvg, find } from "./element.ts";
import { fitPoints } from "./fit.ts";
import { placeLabels } from "./label-placement.ts";

export interface MapView {
  show(map: MapAnswer): void;
  /** Marks the documents that were found. */
  mark(keys: readonly string[]): void;
}

interface Dot {
  readonly point: MapPoint;
  readonly element: SVGGElement;
  readonly x: number;
  readonly y: number;
}

export function createMapView(): MapView {
  const container = find("#map", HTMLElement);
  const shares = find("#map-shares", HTMLElement);
  const details = find("#map-details", HTMLElement);
  let map: MapAnswer = { points: [], shares: [0, 0], left: 0 };
  let found: ReadonlySet<string> = new Set();
  let dots: readonly Dot[] = [];
  let selectedKey: string | undefined;

  function draw(): void {
    const hadFocus = container.contains(document.activeElement);
    const width = container.clientWidth;
    const height = Math.round(Math.min(440, Math.max(260, width * 0.6)));
    const picture = createSvg("svg", {
      ...{ width, height, viewBox: `0 0 ${width} ${height}`, role: "listbox" },
      ...{ "aria-label": "Documents by meaning", "aria-orientation": "horizontal" },
    });
    const lines = createSvg("g", { class: "lines", "aria-hidden": "true" });
    const places = fitPoints(map.points, { width, height });
    dots = map.points.map((point, index) => {
      const { x, y } = places[index] ?? { x: 0, y: 0 };
      return { point, x, y, element: createDot(point, x, y) };
    });
    picture.append(lines, ...dots.map(({ element }) => element));
    container.replaceChildren(...(dots.length === 0 ? [emptyHint()] : [picture]));
    labelDots(dots, { width, height });
    for (const dot of dots) {
      dot.element.addEventListener("focus", () => select(dot, lines));
      dot.element.addEventListener("click", () => dot.element.focus());
    }
    picture.addEventListener("keydown", (event) => moveFocus(event, dots));
    markFound();
    const entry = dots.find(({ point }) => point.key === selectedKey) ?? leftmost(dots);
    entry?.element.setAttribute("tabindex", "0");
    if (hadFocus) entry?.element.focus();
  }

  function select({ point, x, y, element }: Dot, lines: SVGGElement): void {
    selectedKey = point.key;
    for (const dot of dots) {
      dot.element.setAttribute("tabindex", "-1");
      dot.element.setAttribute("aria-selected", "false");
    }
    element.setAttribute("tabindex", "0");
    element.setAttribute("aria-selected", "true");
    const nearest = new Set(point.nearest.map(({ key }) => key));
    const ends = dots.filter((dot) => nearest.has(dot.point.key));
    lines.replaceChildren(
      ...ends.map((end) => createSvg("line", { x1: x, y1: y, x2: end.x, y2: end.y })),
    );
    details.replaceChildren(create("strong", { class: "key" }, point.key), describeNearest(point));
  }

  function markFound(): void {
    for (const { point, element } of dots) element.classList.toggle("found", found.has(point.key));
  }

  new ResizeObserver(([entry]) => {
    const drawn = container.querySelector("svg")?.clientWidth;
    if (entry !== undefined && drawn !== undefined && drawn !== container.clientWidth) draw();
  }).observe(container);

  return {
    show(shown) {
      map = shown;
      const [across, up] = map.shares.map((share) => `${Math.round(100 * share)} %`);
      const left = map.left === 0 ? "" : ` ${map.left} more documents are not on it.`;
      shares.textContent =
        map.points.length < 3
          ? ""
          : `Of all differences between them it shows ${across} from left to right and ${up} from bottom to top.${left}`;
      if (!map.points.some(({ key }) => key === selectedKey)) details.replaceChildren();
      draw();
    },
    mark(keys) {
      found = new Set(keys);
      markFound();
    },
  };
}

function createDot({ key }: MapPoint, x: number, y: number): SVGGElement {
  return createSvg(
    "g",
    { class: "dot", role: "option", "aria-label": key, "aria-selected": "false", tabindex: -1 },
    createSvg("circle", { class: "target", cx: x, cy: y, r: 12 }),
    createSvg("circle", { class: "point", cx: x, cy: y, r: 6 }),
    createSvg("text", { "aria-hidden": "true" }, shorten(key)),
  );
}

/** A label that finds no place is shown while its point is looked at. */
function labelDots(
  dots: readonly Dot[],
  map: { readonly width: number; readonly height: number },
): void {
  const labels = dots.map(({ element }) => element.querySelector("text"));
  const labelled = dots.map(({ x, y }, index) => {
    return { x, y, labelWidth: labels[index]?.getComputedTextLength() ?? 0 };
  });
  placeLabels(labelled, map).forEach((place, index) => {
    const { x = 0, y = 0, labelWidth = 0 } = labelled[index] ?? {};
    const within = Math.min(Math.max(0, x - labelWidth / 2), map.width - labelWidth);
    const { x: left, y: baseline } = place ?? { x: within, y: y > 30 ? y - 11 : y + 20 };
    labels[index]?.setAttribute("x", `${left}`);
    labels[index]?.setAttribute("y", `${baseline}`);
    dots[index]?.element.classList.toggle("unlabelled", place === undefined);
  });
}

/** Right and left go by x, up and down by y, Home and End to the ends. */
function moveFocus(event: KeyboardEvent, dots: readonly Dot[]): void {
  const byX = dots.toSorted((a, b) => a.x - b.x);
  const byY = dots.toSorted((a, b) => a.y - b.y);
  const step = (order: readonly Dot[], by: number) => {
    const current = order.findIndex(({ element }) => element === document.activeElement);
    return order[current + by];
  };
  const targets: Readonly<Record<string, () => Dot | undefined>> = {
    ArrowRight: () => step(byX, 1),
    ArrowLeft: () => step(byX, -1),
    ArrowDown: () => step(byY, 1),
    ArrowUp: () => step(byY, -1),
    Home: () => byX[0],
    End: () => byX.at(-1),
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  target()?.element.focus();
}

function leftmost(dots: readonly Dot[]): Dot | undefined {
  return dots.toSorted((a, b) => a.x - b.x)[0];
}

function describeNearest({ nearest }: MapPoint): string {
  if (nearest.length === 0) return " is the only document.";
  const list = nearest.map(({ key, similarity }) => `${key} (${similarity.toFixed(2)})`);
  return ` is most like ${list.join(", ")}.`;
}

/** The key's last part, without its extension. */
function shorten(key: string): string {
  return (
    key
      .split("/")
      .at(-1)
      ?.replace(/\.\w+$/, "") ?? key
  );
}

function emptyHint(): HTMLElement {
  return create("p", { class: "empty" }, "No document is embedded yet. Upload one to see it here.");
}
