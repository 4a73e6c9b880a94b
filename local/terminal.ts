/** What the pipeline does, as events → lines for a person at a terminal. */
import { styleText } from "node:util";
import type { ObjectName } from "../function/errors.ts";
import { reason } from "../function/errors.ts";
import type { Outcome, Progress, Telemetry } from "../function/telemetry.ts";

export interface Terminal {
  readonly telemetry: Telemetry;
  print(line?: string): void;
  /** How many objects ended in each way so far. */
  readonly counts: Readonly<Record<Outcome["status"] | "failed", number>>;
  /** The most memory that the process held at the end of any stage. */
  readonly peakBytes: () => number;
}

type Style = Parameters<typeof styleText>[0];

const marks: Readonly<Record<Outcome["status"] | "failed", readonly [Style, string]>> = {
  embedded: ["green", "✓"],
  unchanged: ["gray", "="],
  removed: ["green", "−"],
  superseded: ["gray", "="],
  continued: ["gray", "…"],
  rejected: ["yellow", "✗"],
  failed: ["red", "!"],
};

/**
 * Shows each object on a line of its own, which fills stage by stage; where the stream is no terminal, the
 * line is written once it is complete.
 */
export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const counts = {
    embedded: 0,
    unchanged: 0,
    removed: 0,
    superseded: 0,
    continued: 0,
    rejected: 0,
    failed: 0,
  };
  let stages: Partial<Record<Progress["stage"], string>> = {};
  let began = 0;
  let peakBytes = 0;

  const style = (format: Style, text: string) => styleText(format, text, { stream });
  const show = (mark: string, { key }: ObjectName, rest: string, end: string) => {
    const line = `  ${mark} ${key}  ${rest}`;
    if (end !== "") stream.write(`${stream.isTTY ? "\r\x1b[K" : ""}${line}${end}`);
    else if (stream.isTTY) stream.write(`\r\x1b[K${line.slice(0, stream.columns - 1)}`);
  };
  const end = (status: keyof typeof counts, object: ObjectName, detail: string) => {
    counts[status] += 1;
    const [format, mark] = marks[status];
    const way = [...Object.values(stages), style(format, detail)].join(style("gray", " → "));
    const milliseconds = Math.round(performance.now() - began);
    show(style(format, mark), object, `${way} ${style("gray", `(${milliseconds} ms)`)}`, "\n");
  };

  return {
    counts,
    peakBytes: () => peakBytes,
    print: (line = "") => stream.write(`${line}\n`),
    telemetry: {
      begun(object) {
        began = performance.now();
        stages = {};
        show("…", object, "", "");
      },
      progressed(object, progress) {
        peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
        stages[progress.stage] = describeProgress(progress);
        show("…", object, Object.values(stages).join(" → "), "");
      },
      finished(object, outcome) {
        delete stages.store;
        end(outcome.status, object, describeOutcome(outcome));
      },
      failed: (object, error) => end("failed", object, `failed: ${reason(error)}`),
      // A queue's: there is none here.
      messageFailed() {},
      ignored: (why) => stream.write(`  ${style("gray", `ignored: ${why}`)}\n`),
      flush() {},
    },
  };
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.status === "rejected") return `rejected: ${outcome.error.message}`;
  return outcome.status === "embedded" ? "stored" : outcome.status;
}

function describeProgress(progress: Progress): string {
  switch (progress.stage) {
    case "read":
      return `read ${progress.bytes} B`;
    case "extract":
      return progress.contentType;
    case "chunk":
      return `${progress.chunks} chunk${progress.chunks === 1 ? "" : "s"}, ${progress.tokens} tokens`;
    case "embed":
      return `embedded ${progress.embedded} of ${progress.toEmbed}`;
    case "store":
      return "stored";
  }
}
