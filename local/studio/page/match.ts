/** One match → what the page shows of it. */
import { readChunkPlace } from "../../chunk-place.ts";
import type { SearchAnswer } from "../answers.ts";
import { create } from "./element.ts";
import { parseSnippet } from "./snippet.ts";

type Match = SearchAnswer["matches"][number];

export function createMatch(match: Match): HTMLElement {
  const { key, similarity, score, snippet, metadata } = match;
  // A vector's similarity may be below 0; the bar begins there.
  const meter = create("meter", { min: 0, max: 1, value: Math.max(0, similarity) });
  meter.ariaLabel = "Similarity";
  const numbers = `${similarity.toFixed(3)} alike, score ${score.toFixed(3)}`;
  return create(
    "li",
    { class: "match" },
    create("h3", { class: "key" }, key),
    create("p", { class: "place" }, describePlace(metadata)),
    create("p", { class: "similarity" }, meter, create("span", {}, numbers)),
    create(
      "p",
      { class: "snippet" },
      ...parseSnippet(snippet).map(({ text, isMarked }) =>
        isMarked ? create("mark", {}, text) : text,
      ),
    ),
    createSurroundings(match),
  );
}

/** The whole chunk between its neighbours, on demand. */
function createSurroundings({ content, neighbours, metadata }: Match): HTMLElement {
  const { index } = readChunkPlace(metadata);
  const chunks = [...neighbours, { index, content }].sort((a, b) => a.index - b.index);
  return create(
    "details",
    {},
    create(
      "summary",
      {},
      neighbours.length === 0 ? "The whole chunk" : "The chunk and its neighbours",
    ),
    ...chunks.map((chunk) =>
      create(
        "div",
        { class: chunk.index === index ? "passage" : "passage neighbour" },
        create("p", { class: "place" }, `chunk ${chunk.index + 1}`),
        create("p", {}, chunk.content),
      ),
    ),
  );
}

/** Where the chunk stands in its document, as far as its metadata tells. */
function describePlace(metadata: Match["metadata"]): string {
  const { index, count } = readChunkPlace(metadata);
  const { headings, page } = metadata;
  return [
    `chunk ${index + 1} of ${count}`,
    ...(typeof page === "number" ? [`page ${page}`] : []),
    ...(Array.isArray(headings) && headings.length > 0 ? [headings.join(" › ")] : []),
  ].join(" · ");
}
