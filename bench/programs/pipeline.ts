/** Documents and a model → the milliseconds that the whole product on one machine takes for them. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readManifest } from "../../function/model/manifest.ts";
import { findDocuments } from "../../local/documents.ts";
import { startLocalStack } from "../../local/stack.ts";
import { readInput, report } from "./report.ts";

const { folder, documents: count } = v.parse(
  v.object({ folder: v.string(), documents: v.number() }),
  readInput(),
);
const samplesFolder = fileURLToPath(new URL("../../samples", import.meta.url));
const documents = (await findDocuments([samplesFolder])).slice(0, count);
const model = { folder, manifest: await readManifest(folder) };
const quiet = () => {};
const stack = await startLocalStack({
  model,
  telemetry: {
    begun: quiet,
    progressed: quiet,
    finished: quiet,
    failed: quiet,
    messageFailed: quiet,
    ignored: quiet,
    flush: quiet,
  },
});
try {
  const startedAt = performance.now();
  for (const { path, key } of documents) await stack.upload(key, await readFile(path));
  const milliseconds = performance.now() - startedAt;
  const { rows } = await stack.database.query<{ chunks: number }>(
    "select count(*)::int as chunks from content_embeddings",
  );
  report({ milliseconds, documents: documents.length, chunks: rows[0]?.chunks ?? 0 });
} finally {
  await stack.close();
}
