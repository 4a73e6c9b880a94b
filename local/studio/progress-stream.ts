/** What the pipeline tells its telemetry → a stream of server-sent events for each page that listens. */
import { reason } from "../../function/errors.ts";
import type { Telemetry } from "../../function/telemetry.ts";
import type { ProgressMessage } from "./answers.ts";

export interface ProgressStream {
  readonly telemetry: Telemetry;
  /** Sends from now on, until the reader cancels it. https://html.spec.whatwg.org/multipage/server-sent-events.html */
  open(): ReadableStream<Uint8Array>;
}

export function createProgressStream(): ProgressStream {
  const listeners = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const encoder = new TextEncoder();

  function send(message: ProgressMessage): void {
    const event = encoder.encode(`data: ${JSON.stringify(message)}\n\n`);
    for (const listener of listeners) listener.enqueue(event);
  }

  return {
    telemetry: {
      begun: ({ key }) => send({ type: "begun", key }),
      progressed: ({ key }, progress) => send({ type: "progressed", key, progress }),
      finished({ key }, outcome) {
        const { status } = outcome;
        const why = status === "rejected" ? { reason: outcome.error.message } : {};
        send({ type: "ended", key, status, ...why });
      },
      failed: ({ key }, error) =>
        send({ type: "ended", key, status: "failed", reason: reason(error) }),
      // A queue's, and other services' events: there are none here.
      messageFailed() {},
      ignored() {},
      flush() {},
    },
    open() {
      let listener: ReadableStreamDefaultController<Uint8Array>;
      return new ReadableStream({
        start(controller) {
          listener = controller;
          listeners.add(listener);
        },
        cancel() {
          listeners.delete(listener);
        },
      });
    },
  };
}
