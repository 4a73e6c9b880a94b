/** The objects and the map → the lists of documents and of rejected ones. */
import type { MapAnswer, ObjectRow, ObjectsAnswer } from "../answers.ts";
import { create, find } from "./element.ts";

export function showDocuments({ model, objects }: ObjectsAnswer, map: MapAnswer): void {
  const embedded = objects.filter(({ status }) => status === "embedded");
  const rejected = objects.filter(({ status }) => status === "rejected");
  const chunks = embedded.reduce((sum, object) => sum + object.chunks, 0);
  find("#summary", HTMLElement).textContent =
    `${count(embedded.length, "document")}, ${count(chunks, "chunk")}; ${model.id}, ${model.dimensions} dimensions`;

  const nearest = new Map(map.points.map((point) => [point.key, point.nearest[0]]));
  find("#documents-count", HTMLElement).textContent = `${embedded.length}`;
  find("#rows", HTMLTableSectionElement).replaceChildren(
    ...embedded.map((object) => createRow(object, nearest.get(object.key))),
  );

  find("#rejected-count", HTMLElement).textContent =
    rejected.length === 0 ? "" : `${rejected.length}`;
  find("#rejected-none", HTMLElement).hidden = rejected.length > 0;
  find("#rejected", HTMLUListElement).replaceChildren(...rejected.map(createRejection));
}

function createRow(
  { key, contentType, chunks }: ObjectRow,
  nearest: MapAnswer["points"][number]["nearest"][number] | undefined,
): HTMLElement {
  const like = nearest === undefined ? "" : `${nearest.key} (${nearest.similarity.toFixed(2)})`;
  return create(
    "tr",
    {},
    create(
      "th",
      { scope: "row" },
      create("span", { class: "key" }, key),
      create("span", { class: "detail" }, contentType ?? ""),
    ),
    create("td", { class: "number" }, `${chunks}`),
    create("td", {}, like),
  );
}

function createRejection({ key, error }: ObjectRow): HTMLElement {
  const reason = create("p", { class: "reason" }, error ?? "");
  return create("li", { class: "rejection" }, create("p", { class: "key" }, key), reason);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
