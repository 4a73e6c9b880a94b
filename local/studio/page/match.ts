/** One match → what the page shows of it. */
import type { SearchAnswer } from "../answers.ts";
import { create } from "./element.ts";

type Match = SearchAnswer["matches"][number];

export function createMatch(match: Match): HTMLElement {
  const { key, similarity, metadata } = match;
  // A vector's similarity may be below 0; the bar begins there.
  const meter = create("meter", { min: 0, max: 1, value: Math.max(0, similarity) });
  meter.ariaLabel = "Similarity";
  return create(
    "li",
    { class: "match" },
    create("h3", { class: "key" }, key),
    create("p", { class: "place" }, describePlace(metadata)),
    create("p", { class: "similarity" }, meter, create("span", {}, similarity.toFixed(3))),
    create("p", { class: "snippet" }, match.content.slice(0, 240)),
    create(
      "details",
      {},
      create("summary", {}, "The whole passage"),
      create("p", { class: "passage" }, match.content),
    ),
  );
}

/** Where the chunk stands in its document, as far as its metadata tells. */
function describePlace({ chunk, headings, page }: Match["metadata"]): string {
  const { index = 0, count = 1 } = isPlace(chunk) ? chunk : {};
  const path = Array.isArray(headings) ? headings.join(" › ") : "";
  return [
    `chunk ${index + 1} of ${count}`,
    ...(typeof page === "number" ? [`page ${page}`] : []),
    ...(path === "" ? [] : [path]),
  ].join(" · ");
}

function isPlace(chunk: unknown): chunk is { readonly index: number; readonly count: number } {
  return typeof chunk === "object" && chunk !== null && "index" in chunk && "count" in chunk;
}
