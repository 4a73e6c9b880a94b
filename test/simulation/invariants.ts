/** The tables after each call → what must hold at every moment, not only at the end. */
import assert from "node:assert/strict";
import type { PGlite } from "@electric-sql/pglite";
import type { ObjectName } from "../../function/errors.ts";

const momentSql = `
  select
    array(select id from content_embeddings) as kept,
    array(select distinct unnest(content_ids) from source_objects) as held,
    (select coalesce(json_agg(json_build_object('bucket', bucket, 'key', key)), '[]')
     from source_objects where status = 'removed') as removed`;

interface Moment {
  readonly kept: readonly string[];
  readonly held: readonly string[];
  readonly removed: readonly ObjectName[];
}

/**
 * Gives the check to run after each call.
 * @param wasAbsent whether the object has ever been away since it first came
 */
export function createInvariants(
  database: PGlite,
  wasAbsent: (name: ObjectName) => boolean,
): () => Promise<void> {
  let heldBefore: readonly string[] = [];
  return async () => {
    const { rows } = await database.query<Moment>(momentSql);
    const { kept = [], held = [], removed = [] } = rows[0] ?? {};
    const keptNow = new Set(kept);
    const heldNow = new Set(held);

    const lost = held.filter((id) => !keptNow.has(id));
    assert.deepEqual(lost, [], "an object holds content that is not there");
    const left = heldBefore.filter((id) => !heldNow.has(id) && keptNow.has(id));
    assert.deepEqual(left, [], "content is still there that no object holds any more");
    const hidden = removed.filter((name) => !wasAbsent(name));
    assert.deepEqual(hidden, [], "an object is called removed that was never away");
    heldBefore = held;
  };
}
