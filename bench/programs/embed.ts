/** Token ids and a model → the milliseconds of one embedding, and the vector. */
import * as v from "valibot";
import { readManifest } from "../../function/model/manifest.ts";
import { openSession } from "../../function/model/session.ts";
import { readInput, report } from "./report.ts";

const inputSchema = v.object({ folder: v.string(), ids: v.array(v.number()) });

/** Shorter spans are not told apart from what else a machine does. */
const minMilliseconds = 150;

async function run(): Promise<void> {
  const { folder, ids } = v.parse(inputSchema, readInput());
  const session = await openSession(folder, await readManifest(folder));
  const vector = await session.run(ids);
  const startedAt = performance.now();
  let embeddings = 0;
  do {
    await session.run(ids);
    embeddings += 1;
  } while (performance.now() - startedAt < minMilliseconds);
  report({
    milliseconds: (performance.now() - startedAt) / embeddings,
    vector: Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64"),
  });
}

run();
