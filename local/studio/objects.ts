/** The table of the bucket's objects → what the page shows of them. */
import type { PGlite } from "@electric-sql/pglite";
import type { ObjectRow } from "./answers.ts";

/** Those that are in the bucket, embedded or rejected, in the order of their keys. */
export async function readObjects(database: PGlite): Promise<readonly ObjectRow[]> {
  const { rows } = await database.query<ObjectRow>(
    `select key, status, error, metadata ->> 'contentType' as "contentType",
       cardinality(content_ids) as chunks
     from source_objects where status in ('embedded', 'rejected') order by key collate "C"`,
  );
  return rows;
}
