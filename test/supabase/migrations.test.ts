import assert from "node:assert/strict";
import type { PGlite } from "@electric-sql/pglite";
import { openDatabase } from "../../local/database.ts";
import { readMigrations } from "../../local/migrations.ts";

describe("the migrations", () => {
  let database: PGlite;
  before(async () => {
    database = await openDatabase(768);
  });
  after(() => database.close());

  async function rows(sql: string): Promise<unknown[]> {
    return (await database.query(sql)).rows;
  }

  it("give content_embeddings exactly the six columns that its users know", async () => {
    const columns = await rows(
      `select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required
       from pg_attribute where attrelid = 'public.content_embeddings'::regclass and attnum > 0
       order by attnum`,
    );

    assert.deepEqual(columns, [
      { name: "id", type: "text", required: true },
      { name: "content", type: "text", required: true },
      { name: "key", type: "text", required: true },
      { name: "embedding", type: "extensions.vector(768)", required: true },
      { name: "metadata", type: "jsonb", required: true },
      { name: "created_at", type: "timestamp with time zone", required: true },
    ]);
  });

  it("index embeddings by HNSW and inner product, and content ids by GIN", async () => {
    const indexes = await rows(
      `select tablename, regexp_replace(indexdef, '.* USING ', '') as definition
       from pg_indexes where schemaname = 'public' order by 1, 2`,
    );

    assert.deepEqual(indexes, [
      { tablename: "content_embeddings", definition: "btree (id)" },
      {
        tablename: "content_embeddings",
        definition: "hnsw (embedding extensions.vector_ip_ops)",
      },
      { tablename: "source_objects", definition: "btree (bucket, key)" },
      { tablename: "source_objects", definition: "gin (content_ids)" },
    ]);
  });

  it("put row level security on both tables", async () => {
    const tables = await rows(
      `select relname, relrowsecurity from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
    );

    assert.deepEqual(tables, [
      { relname: "content_embeddings", relrowsecurity: true },
      { relname: "source_objects", relrowsecurity: true },
    ]);
  });

  it("grant the tables and functions to service_role and to nobody else", async () => {
    const grants = await rows(
      `select r.rolname as role, count(*)::int as objects
       from pg_roles r
       cross join (
         select oid, 'table' as kind from pg_class
         where relnamespace = 'public'::regnamespace and relkind = 'r'
         union all
         select oid, 'function' from pg_proc where pronamespace = 'public'::regnamespace
       ) o
       where r.rolname in ('anon', 'authenticated', 'service_role')
         and case o.kind
           when 'table' then has_table_privilege(r.oid, o.oid, 'select, insert, update, delete')
           else has_function_privilege(r.oid, o.oid, 'execute')
         end
       group by 1`,
    );

    assert.deepEqual(grants, [{ role: "service_role", objects: 12 }]);
  });

  it("fix the search path of every function and let none run with its owner's rights", async () => {
    const functions = await rows(
      `select proname from pg_proc where pronamespace = 'public'::regnamespace
       and (prosecdef or not coalesce('search_path=""' = any (proconfig), false))`,
    );

    assert.deepEqual(functions, []);
  });

  it("leave nothing in the database behind when they are applied to a table that is there already", async () => {
    await database.transaction(async (transaction) => {
      await transaction.exec("drop table public.source_objects cascade");
      for (const name of ["known_content", "store_content", "settle_content", "record_object"]) {
        await transaction.exec(`drop function public.${name}`);
      }
      for (const name of ["replace_object", "remove_object", "reject_object"]) {
        await transaction.exec(`drop function public.${name}`);
      }
      await transaction.exec(
        "drop function public.match_content, public.prune_content, public.object_revision",
      );
      await transaction.exec(
        `insert into content_embeddings (id, content, key, embedding)
         values ('old', 'text', 'key', array_fill(0.5, array[768])::extensions.vector)`,
      );

      for (const { sql } of await readMigrations(768)) await transaction.exec(sql);

      const kept = await transaction.query("select id from content_embeddings");
      assert.deepEqual(kept.rows, [{ id: "old" }]);
      await transaction.rollback();
    });
  });

  it("say how to move pgvector where it is installed in another schema", async () => {
    await database.transaction(async (transaction) => {
      await transaction.exec(
        "create schema elsewhere; alter extension vector set schema elsewhere",
      );
      const [migration] = await readMigrations(768);

      await assert.rejects(transaction.exec(migration?.sql ?? ""), {
        message: /pgvector is installed in schema elsewhere/,
        hint: "alter extension vector set schema extensions;",
      });
      await transaction.rollback();
    });
  });
});

describe("readMigrations", () => {
  it("changes the dimension of the one column that has one, and nothing else", async () => {
    const published = await readMigrations(768);
    const changed = await readMigrations(384);

    assert.ok(published.length > 0);
    for (const [index, { sql }] of published.entries()) {
      assert.equal(changed[index]?.sql, sql.replaceAll("vector(768)", "vector(384)"));
    }
    assert.equal(
      published.map(({ sql }) => sql.match(/vector\(768\)/g)?.length ?? 0).reduce((a, b) => a + b),
      1,
    );
  });
});
