/** A local stack, killed at a moment that the seed gives and started again → how its tables differ from its bucket. */
import { fork } from "node:child_process";
import { on, once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { chunkText } from "../../function/chunk.ts";
import { readManifest } from "../../function/model/manifest.ts";
import { resume } from "../../local/resume.ts";
import { type LocalStack, startLocalStack } from "../../local/stack.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { embeddedModelFolder } from "../models/folders.ts";

export interface Restart {
  /** How many objects the bucket holds. */
  readonly objects: number;
  readonly isEqualBeforeResume: boolean;
  readonly isEqualAfterResume: boolean;
}

/** So long after so many uploads and removals: in the pause behind them, or in the middle of the next one. */
const killMoment = fc.record({
  operations: fc.integer({ min: 1, max: 12 }),
  milliseconds: fc.nat({ max: 1_000 }),
});

/** Lets a stack work, kills its process with SIGKILL, starts it again on the same folder, and resumes. */
export async function killAndRestart(seed: number): Promise<Restart> {
  const folder = await mkdtemp(join(tmpdir(), "killed-"));
  try {
    const script = fileURLToPath(new URL("killed-stack.ts", import.meta.url));
    const child = fork(script, [folder, `${seed}`]);
    const ended = once(child, "exit");
    const [moment] = fc.sample(killMoment, { seed, numRuns: 1 });
    let done = 0;
    for await (const _ of on(child, "message", { close: ["exit"] })) {
      done += 1;
      if (done === moment?.operations) break;
    }
    await setTimeout(moment?.milliseconds);
    child.kill("SIGKILL");
    const [, signal] = await ended;
    if (signal !== "SIGKILL") throw new Error("The stack ended before it was killed");

    const model = embeddedModelFolder();
    const manifest = await readManifest(model);
    const telemetry = createRecorder();
    const stack = await startLocalStack({ folder, model: { folder: model, manifest }, telemetry });
    try {
      const isEqualBeforeResume = await equalsBucket(stack);
      await resume(stack);
      await stack.database.query("select prune_content('-1 minute')");
      const { size: objects } = await stack.bucket.list();
      return { objects, isEqualBeforeResume, isEqualAfterResume: await equalsBucket(stack) };
    } finally {
      await stack.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Whether the tables hold what a plain loop over the bucket would have written. */
async function equalsBucket({ bucket, database, environment }: LocalStack): Promise<boolean> {
  const { settings, embedder, getObject } = environment;
  const objects: object[] = [];
  const contents = new Map<string, string>();
  for (const [key, etag] of [...(await bucket.list())].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const { Body } = await getObject({ bucket: bucket.name, key });
    const text = new TextDecoder().decode(await Body?.transformToByteArray());
    const chunks = chunkText(text, {
      chunkTokens: Math.min(settings.chunkTokens, embedder.maxDocumentTokens),
      overlapTokens: settings.chunkOverlapTokens,
      countTokens: embedder.countTokens,
    });
    objects.push({ key, etag, content_ids: chunks.map(({ id }) => id) });
    for (const { id, content } of chunks)
      if (!contents.has(id)) contents.set(id, `${key}: ${content}`);
  }
  const { rows: sources } = await database.query(
    `select key, etag, content_ids from source_objects where status <> 'removed'
     order by key collate "C"`,
  );
  const { rows: kept } = await database.query<{ id: string; content: string }>(
    "select id, key || ': ' || content as content from content_embeddings",
  );
  const stored = new Map(kept.map(({ id, content }) => [id, content]));
  return isDeepStrictEqual([sources, stored], [objects, contents]);
}
