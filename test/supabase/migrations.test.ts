import assert from "node:assert/strict";
import type { PGlite } from "@electric-sql/pglite";
import { openDatabase } from "../../local/database.ts";
import { applyMigrations, type Connection, readMigrations } from "../../supabase/migrations.ts";

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

  it("index embeddings by HNSW and inner product, and words and content ids by GIN", async () => {
    const indexes = await rows(
      `select tablename, regexp_replace(indexdef, '.* USING ', '') as definition
       from pg_indexes where schemaname = 'public' order by 1, 2`,
    );

    assert.deepEqual(indexes, [
      { tablename: "content_embeddings", definition: "btree (id)" },
      {
        tablename: "content_embeddings",
        definition: "gin (to_tsvector('simple'::regconfig, content)) WITH (fastupdate=off)",
      },
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

    assert.deepEqual(grants, [{ role: "service_role", objects: 17 }]);
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
        `drop function public.match_content, public.prune_content, public.object_revision,
         public.placed_metadata, public.is_wanted_object, public.question_words, public.search_content`,
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

describe("applyMigrations", () => {
  let database: PGlite;
  before(async () => {
    database = await openDatabase(3);
  });
  after(() => database.close());

  async function history(): Promise<unknown[]> {
    const { rows } = await database.query(
      "select version, name, statements from supabase_migrations.schema_migrations order by 1",
    );
    return rows;
  }

  it("records each migration as the Supabase CLI does", async () => {
    const columns = await database.query(
      `select attname as name, format_type(atttypid, atttypmod) as type, attnotnull as required
       from pg_attribute where attrelid = 'supabase_migrations.schema_migrations'::regclass
       and attnum > 0 order by 1`,
    );
    assert.deepEqual(columns.rows, [
      { name: "name", type: "text", required: false },
      { name: "statements", type: "text[]", required: false },
      { name: "version", type: "text", required: true },
    ]);

    const migrations = await readMigrations(3);
    assert.deepEqual(
      await history(),
      migrations.map(({ version, name, sql }) => ({ version, name, statements: [sql] })),
    );
    assert.match(migrations[0]?.version ?? "", /^\d{14}$/);
    assert.equal(migrations[0]?.name, "embedding_processor");
  });

  it("applies nothing a second time", async () => {
    const before = await history();

    const outcomes = await applyMigrations(database, 3);

    assert.ok(outcomes.length > 0);
    assert.ok(outcomes.every(({ isNew }) => !isNew));
    assert.deepEqual(await history(), before);
  });

  it("takes what the Supabase CLI has recorded for applied", async () => {
    await database.exec(
      "alter table supabase_migrations.schema_migrations drop column statements, drop column name",
    );

    const outcomes = await applyMigrations(database, 3);

    assert.ok(outcomes.every(({ isNew }) => !isNew));
  });

  it("leaves nothing of a migration that fails, says why, and can go on", async () => {
    await database.exec("delete from supabase_migrations.schema_migrations where true");
    const statements: string[] = [];
    const connection: Connection = {
      exec: (sql) => {
        statements.push(sql);
        return database.exec(sql);
      },
      query: (sql, parameters) => database.query(sql, parameters),
    };

    await assert.rejects(applyMigrations(connection, 3), {
      name: "MigrationError",
      version: "20261125000000",
      message:
        /^The migration 20261125000000_embedding_processor was not applied.*"source_objects" already exists/,
    });

    assert.equal(statements.at(-1), "rollback");
    assert.deepEqual(await history(), []);
    const { rows } = await database.query("select 1 as one");
    assert.deepEqual(rows, [{ one: 1 }]);
  });
});

describe("schema_state", () => {
  let database: PGlite;
  before(async () => {
    database = await openDatabase(3);
  });
  after(() => database.close());

  type ObjectState = { name: string } & Record<string, unknown>;
  type State = { objects: ObjectState[] } & Record<string, unknown>;

  /** What service_role sees once `change` is made; the change is taken back. */
  async function stateAfter(change = ""): Promise<State> {
    return database.transaction(async (transaction) => {
      await transaction.exec(change);
      await transaction.exec("set local role service_role");
      const { rows } = await transaction.query<{ state: State }>(
        "select public.schema_state() as state",
      );
      await transaction.rollback();
      return rows[0]?.state ?? assert.fail();
    });
  }

  async function objectAfter(name: string, change: string): Promise<ObjectState> {
    const { objects } = await stateAfter(change);
    return objects.find((object) => object.name === name) ?? assert.fail();
  }

  it("has the version of the newest migration, which a later one must not forget", async () => {
    const { version } = await stateAfter();

    assert.equal(version, (await readMigrations(3)).at(-1)?.version);
  });

  it("gives the dimensions, pgvector's version and what its caller is", async () => {
    const { objects: _, version: __, pgvector, ...state } = await stateAfter();

    assert.deepEqual(state, { role: "service_role", bypasses_rls: true, dimensions: 3 });
    assert.match(String(pgvector), /^\d+\.\d+/);
  });

  it("knows every table and function of the schema, each present, granted and exposed to nobody", async () => {
    const { objects } = await stateAfter();
    const { rows } = await database.query<{ name: string }>(
      `select relname as name from pg_class
       where relnamespace = 'public'::regnamespace and relkind = 'r'
       union all select proname from pg_proc where pronamespace = 'public'::regnamespace`,
    );

    assert.deepEqual(objects.map(({ name }) => name).sort(), rows.map(({ name }) => name).sort());
    for (const { name, kind, ...state } of objects) {
      assert.deepEqual(
        state,
        { present: true, granted: true, exposed_to: [], rls: kind === "table" ? true : null },
        name,
      );
    }
  });

  it("sees what is gone", async () => {
    const gone = await objectAfter("prune_content", "drop function prune_content");
    assert.equal(gone.present, false);

    const state = await stateAfter("drop table content_embeddings cascade");
    assert.equal(state.dimensions, null);
  });

  it("sees row level security turned off", async () => {
    const change = "alter table source_objects disable row level security";

    assert.equal((await objectAfter("source_objects", change)).rls, false);
  });

  for (const [grant, name, roles] of [
    ["grant select on content_embeddings to anon", "content_embeddings", ["anon"]],
    ["grant update (key) on source_objects to authenticated", "source_objects", ["authenticated"]],
    [
      "grant execute on function match_content to public",
      "match_content",
      ["anon", "authenticated"],
    ],
  ] as const) {
    it(`names the public roles after "${grant}"`, async () => {
      assert.deepEqual((await objectAfter(name, grant)).exposed_to, roles);
    });
  }

  for (const [revoke, name] of [
    ["revoke delete on source_objects from service_role", "source_objects"],
    ["revoke execute on function store_content from service_role", "store_content"],
  ] as const) {
    it(`sees that its caller lacks a right after "${revoke}"`, async () => {
      assert.equal((await objectAfter(name, revoke)).granted, false);
    });
  }
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
