/** Events that the function failed on → kept as Lambda would send them to its on-failure queue, over restarts too. */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { reason } from "../function/errors.ts";

export interface FailedEvent {
  readonly id: string;
  readonly keptAt: Date;
  /** As JSON: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
  readonly body: string;
}

export interface FailedEvents {
  keep(event: object, error: unknown): Promise<void>;
  /** Oldest first. */
  list(): readonly FailedEvent[];
  remove(id: string): Promise<void>;
}

/** @param folder where they are kept; without one they live in memory */
export async function openFailedEvents(folder?: string): Promise<FailedEvents> {
  const events = new Map<string, FailedEvent>();
  if (folder !== undefined) {
    await mkdir(folder, { recursive: true });
    for (const id of (await readdir(folder)).filter((name) => name.endsWith(".json")).sort()) {
      const path = join(folder, id);
      const [body, { mtime }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
      events.set(id, { id, body, keptAt: mtime });
    }
  }
  return {
    async keep(event, error) {
      const keptAt = new Date();
      // In the order of their names, and no character that a file may not have.
      const id = `${keptAt.getTime()}-${randomUUID()}.json`;
      const body = JSON.stringify(createRecord(event, error, keptAt), null, 2);
      events.set(id, { id, body, keptAt });
      if (folder === undefined) return;
      await writeFile(join(folder, `${id}.part`), body);
      await rename(join(folder, `${id}.part`), join(folder, id));
    },
    list: () => [...events.values()],
    async remove(id) {
      events.delete(id);
      if (folder !== undefined) await rm(join(folder, id), { force: true });
    },
  };
}

/** The local run tries once: what passes is retried inside of the function. */
function createRecord(event: object, error: unknown, timestamp: Date): object {
  return {
    version: "1.0",
    timestamp,
    requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 1 },
    requestPayload: event,
    responsePayload: {
      errorType: error instanceof Error ? error.name : "Error",
      errorMessage: reason(error),
    },
  };
}
