/** `node local-run.ts`: objects of every kind through the whole product on this machine; the output is the function's log. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { findDocuments } from "../local/documents.ts";
import { resolveModel } from "../local/model.ts";
import { startLocalStack } from "../local/stack.ts";

const samples = fileURLToPath(new URL("../samples", import.meta.url));

const { folder, manifest } = await resolveModel({}, process.stderr);
const stack = await startLocalStack({ model: { folder, manifest } });
try {
  const documents = await findDocuments([samples]);
  for (const { path, key } of documents) await stack.upload(key, await readFile(path));
  // The same objects again; what is no document; and what is taken away.
  for (const { path, key } of documents) await stack.upload(key, await readFile(path));
  await stack.upload("photo.png", Buffer.from("89504e470d0a1a0a", "hex"), "image/png");
  await stack.upload("empty.txt", Buffer.from("\n"), "text/plain");
  await stack.upload("latin1.txt", Buffer.from("Stra\u00dfe", "latin1"), "text/plain");
  for (const { key } of documents.slice(0, 3)) await stack.remove(key);
} finally {
  await stack.close();
}
