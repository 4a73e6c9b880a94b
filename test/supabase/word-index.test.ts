import assert from "node:assert/strict";
import type { PGlite } from "@electric-sql/pglite";
import { openDatabase } from "../../local/database.ts";

describe("the index of the words", () => {
  let database: PGlite;
  before(async () => {
    database = await openDatabase(3);
  });
  after(() => database.close());

  it("is what a word is looked up in, also before a vacuum has seen what was stored last", async () => {
    // 200 rows of 150 words each.
    await database.exec(`
      insert into content_embeddings (id, content, key, embedding)
      select row, (select string_agg('word' || (row * 7 + n) % 5000, ' ') from generate_series(1, 150) as n),
        'key', '[1, 0, 0]'::extensions.vector
      from generate_series(1, 200) as row;
      analyze content_embeddings;
    `);

    const { rows } = await database.query(
      `explain select count(*) from content_embeddings c
       where to_tsvector('simple', c.content) @@ (select plainto_tsquery('simple', 'word4711'))`,
    );

    assert.match(JSON.stringify(rows), /Bitmap Index Scan on content_embeddings_words/);
  });
});
