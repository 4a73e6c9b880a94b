/**
 * `killed-stack.ts FOLDER SEED`, forked: a local stack that takes uploads and removals until it is killed,
 * and sends a message after each.
 */
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { readManifest } from "../../function/model/manifest.ts";
import { startLocalStack } from "../../local/stack.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { embeddedModelFolder } from "../models/folders.ts";
import { paragraphs } from "./buckets.ts";

const [folder = "", seed = ""] = process.argv.slice(2);
const modelFolder = embeddedModelFolder();
const stack = await startLocalStack({
  folder,
  model: { folder: modelFolder, manifest: await readManifest(modelFolder) },
  telemetry: createRecorder(),
});
const operation = fc.record({
  key: fc.constantFrom("a.txt", "b.txt", "folder/c.txt", "d.md"),
  pauseMilliseconds: fc.nat({ max: 500 }),
  isRemoval: fc.constantFrom(false, false, false, true),
  numbers: fc.array(fc.nat({ max: paragraphs.length - 1 }), { minLength: 1, maxLength: 70 }),
});
for (const { key, pauseMilliseconds, isRemoval, numbers } of fc.sample(operation, {
  seed: Number(seed),
  numRuns: 2_000,
})) {
  if (isRemoval) await stack.remove(key);
  // A long one takes several chunks, of which others hold some.
  else await stack.upload(key, Buffer.from(numbers.map((n) => paragraphs[n]).join(". ")));
  process.send?.("done");
  await setTimeout(pauseMilliseconds);
}
