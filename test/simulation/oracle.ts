/** The buckets → what a plain loop over them would have written, and how the tables differ from it. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { PGlite } from "@electric-sql/pglite";
import type { ObjectName } from "../../function/errors.ts";
import { type Buckets, maxObjectBytes, paragraphs } from "./buckets.ts";
import { objects } from "./history.ts";
import { embeddingOf, model } from "./world.ts";

const reasons = {
  empty: "The object holds no text. Upload it again with content, or delete it.",
  binary: "The object is not text: it has a NUL at byte 4. Upload the text that it stands for.",
  "too large":
    `The object has ${maxObjectBytes + 1} bytes and maxObjectBytes allows ${maxObjectBytes}. ` +
    "Split it, or raise maxObjectBytes.",
} as const;

/** What an object that is not there, or holds no text, does not have. */
const nothing = { content_ids: [], error: null, etag: null, version_id: null, modified: null };

const contentSql = `
  select id, content, key, metadata, embedding::text as embedding from content_embeddings
  order by id collate "C"`;

const objectsSql = `
  select bucket, key, status, content_ids, error, etag, version_id,
    case when status <> 'removed' then extract(epoch from object_modified_at)::int end as modified
  from source_objects order by bucket collate "C", key collate "C"`;

const idOf = (text: string) => createHash("sha256").update(text).digest("hex");

/** The rows of both tables for the objects that an event was sent of. */
function expectedTables(buckets: Buckets, isTouched: (name: ObjectName) => boolean) {
  const sources: object[] = [];
  const contents = new Map<string, object>();
  const inOrder = objects
    .filter(isTouched)
    .toSorted((a, b) => (`${a.bucket}/${a.key}` < `${b.bucket}/${b.key}` ? -1 : 1));
  for (const { bucket, key } of inOrder) {
    const version = buckets.current({ bucket, key });
    if (version?.content === undefined) {
      sources.push({ bucket, key, status: "removed", ...nothing });
      continue;
    }
    const { content, etag, versionId = null, lastModified } = version;
    const row = {
      bucket,
      key,
      etag,
      version_id: versionId,
      modified: lastModified.getTime() / 1_000,
    };
    if (typeof content === "string") {
      sources.push({ ...nothing, ...row, status: "rejected", error: reasons[content] });
      continue;
    }
    const chunks = content.map((number) => paragraphs[number] ?? "");
    sources.push({ ...nothing, ...row, status: "embedded", content_ids: chunks.map(idOf) });
    for (const [index, text] of chunks.entries()) {
      if (contents.has(text)) continue;
      const chunk = { index, count: chunks.length };
      contents.set(text, {
        id: idOf(text),
        content: text,
        key,
        metadata: { bucket, contentType: "text/plain", model, tokens: 4, chunk },
        embedding: `[${embeddingOf(text).join(",")}]`,
      });
    }
  }
  const ids = [...contents.values()].toSorted((a, b) =>
    JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
  );
  return { source_objects: sources, content_embeddings: ids };
}

/**
 * Compares the tables with the buckets, after what documents that never finished left behind was pruned.
 * Returns how many rows that were.
 * @throws {AssertionError} where they differ
 */
export async function assertSettled(
  database: PGlite,
  buckets: Buckets,
  isTouched: (name: ObjectName) => boolean,
): Promise<number> {
  // All of it, whenever it was made: created_at is in real time.
  const { rows } = await database.query<{ pruned: number }>(
    "select prune_content('-1 minute') as pruned",
  );
  const tables = {
    source_objects: (await database.query(objectsSql)).rows,
    content_embeddings: (await database.query(contentSql)).rows,
  };
  assert.deepEqual(tables, expectedTables(buckets, isTouched));
  return rows[0]?.pruned ?? 0;
}
