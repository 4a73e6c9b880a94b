/** A bucket's name → what source_objects says of its objects, page by page through Supabase's Data API. */
import * as v from "valibot";
import type { Credentials } from "../function/credentials.ts";
import { createDataApiClient, storeError } from "../function/supabase.ts";
import type { RecordedObject } from "./deployment.ts";

const rowsSchema = v.array(
  v.object({
    key: v.string(),
    status: v.picklist(["embedded", "rejected"]),
    error: v.nullable(v.string()),
    etag: v.nullable(v.string()),
    object_modified_at: v.string(),
  }),
);

/**
 * Gives every object that is not removed. Each page is asked for by the last key of the one before: rows that
 * come and go meanwhile shift nothing.
 * @param pageRows Supabase's Data API gives 1,000 at the most, or fewer where a project has set so
 * @throws what {@link storeError} makes of a refusal
 */
export async function* readRecordedObjects(
  { url, serviceKey }: Credentials,
  bucket: string,
  pageRows = 1_000,
): AsyncGenerator<RecordedObject> {
  const client = createDataApiClient(url, serviceKey);
  for (let after = ""; ; ) {
    const { data, error, status } = await client
      .from("source_objects")
      .select("key,status,error,etag,object_modified_at")
      .eq("bucket", bucket)
      .neq("status", "removed")
      .gt("key", after)
      .order("key")
      .limit(pageRows);
    if (error !== null) throw storeError("a look at source_objects", url, { ...error, status });
    const rows = v.parse(rowsSchema, data);
    for (const { object_modified_at, ...row } of rows) {
      yield { ...row, modifiedAt: new Date(object_modified_at) };
      after = row.key;
    }
    // Not where a page is short, since a project's own limit may be lower.
    if (rows.length === 0) return;
  }
}
