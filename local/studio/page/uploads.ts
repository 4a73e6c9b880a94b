/** Documents that are chosen or dropped → uploads, one after the other. */
import { type ChosenDocument, readDropped } from "./dropped.ts";
import { find } from "./element.ts";
import type { Journeys } from "./journeys.ts";
import { putObject } from "./requests.ts";

export function startUploads(journeys: Journeys): void {
  const button = find("#drop", HTMLButtonElement);
  const input = find("#files", HTMLInputElement);
  let last = listen(journeys);

  function upload(documents: readonly ChosenDocument[]): void {
    for (const { key, file } of documents) {
      journeys.add(key);
      last = last
        .then(() => putObject(key, file))
        .catch(({ message }: Error) =>
          journeys.show({ type: "ended", key, status: "failed", reason: message }),
        );
    }
  }

  button.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    upload([...(input.files ?? [])].map((file) => ({ key: file.name, file })));
    // Or the same document, changed, could not be chosen again.
    input.value = "";
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    button.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    // Of the page, and not of one of its elements.
    if (event.relatedTarget === null) button.classList.remove("over");
  });
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    button.classList.remove("over");
    if (event.dataTransfer !== null) upload(await readDropped(event.dataTransfer));
  });
}

/** Resolves once the server tells this page what happens: what is uploaded earlier would not be seen. */
function listen(journeys: Journeys): Promise<void> {
  const events = new EventSource("events");
  events.onmessage = ({ data }) => journeys.show(JSON.parse(data));
  return new Promise((resolve) => {
    events.onopen = () => resolve();
  });
}
