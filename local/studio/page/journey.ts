/** What the pipeline tells of one document → a line that shows how far it has come. */
import type { ProgressMessage } from "../answers.ts";
import { create } from "./element.ts";

type Ended = Extract<ProgressMessage, { type: "ended" }>;
type Progress = Extract<ProgressMessage, { type: "progressed" }>["progress"];

export interface Journey {
  readonly element: HTMLElement;
  show(message: ProgressMessage): void;
}

const stageNames = {
  read: "Read",
  extract: "Extract",
  chunk: "Chunk",
  embed: "Embed",
  store: "Store",
} as const satisfies Record<Progress["stage"], string>;

const statusNames: Readonly<Record<Ended["status"], string>> = {
  embedded: "Embedded",
  unchanged: "Unchanged",
  removed: "Removed",
  superseded: "Superseded",
  continued: "Continued",
  rejected: "Rejected",
  failed: "Failed",
};

export function createJourney(key: string): Journey {
  const status = create("span", { class: "status" }, "Waiting");
  const reason = create("p", { class: "reason" });
  const stages = new Map(
    Object.entries(stageNames).map(([stage, name]) => {
      const detail = create("span", { class: "detail" });
      const element = create("li", {}, create("span", { class: "stage" }, name), detail);
      return [stage, { element, detail }] as const;
    }),
  );
  const list = [...stages.values()].map(({ element }) => element);
  const head = create("p", { class: "head" }, create("span", { class: "key" }, key), status);
  const element = create("li", { class: "journey" }, head, create("ol", {}, ...list), reason);

  /** Everything before it is done. */
  function moveTo(current: number): void {
    list.forEach((item, index) => {
      item.classList.toggle("done", index < current);
      if (index === current) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }

  function begin(): void {
    for (const { detail } of stages.values()) detail.textContent = "";
    reason.textContent = "";
    status.textContent = "Under way";
    element.dataset.status = "begun";
    moveTo(0);
  }

  function end({ status: ended, reason: why = "" }: Ended): void {
    const reached = list.findIndex((item) => item.hasAttribute("aria-current"));
    moveTo(ended === "rejected" || ended === "failed" ? reached : list.length);
    list.forEach((item) => {
      item.removeAttribute("aria-current");
    });
    status.textContent = statusNames[ended];
    element.dataset.status = ended;
    reason.textContent = why;
  }

  return {
    element,
    show(message) {
      if (message.type === "begun") return begin();
      if (message.type === "ended") return end(message);
      const { progress } = message;
      const stage = stages.get(progress.stage);
      if (stage === undefined) return;
      stage.detail.textContent = describe(progress);
      const isComplete = progress.stage !== "embed" || progress.embedded === progress.toEmbed;
      moveTo(list.indexOf(stage.element) + (isComplete ? 1 : 0));
    },
  };
}

function describe(progress: Progress): string {
  switch (progress.stage) {
    case "read":
      return `${progress.bytes.toLocaleString("en")} B`;
    case "extract":
      return progress.contentType;
    case "chunk":
      return `${progress.chunks} × ${Math.round(progress.tokens / progress.chunks)} tokens`;
    case "embed":
      return `${progress.embedded} of ${progress.toEmbed}`;
    case "store":
      return "";
  }
}
