import assert from "node:assert/strict";
import { createServer, type Server } from "node:net";
import type { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { openEmptyDatabase } from "../../local/database.ts";
import { readMigrations } from "../../supabase/migrations.ts";
import { type Run, runTool } from "./run-tool.ts";

const PASSWORD = "hunter2";

/** No word of the password, and no stack. */
function discreet({ stdout, stderr }: Run): void {
  assert.ok(!`${stdout}${stderr}`.includes(PASSWORD));
  assert.doesNotMatch(stderr, /^\s+at /m);
}

describe("npm run migrate", () => {
  let database: PGlite;
  let server: PGLiteSocketServer;
  let databaseUrl: string;
  before(async () => {
    database = await openEmptyDatabase();
    server = new PGLiteSocketServer({ db: database, host: "127.0.0.1", port: 0 });
    await server.start();
    databaseUrl = `postgresql://postgres:${PASSWORD}@${server.getServerConn()}/postgres`;
  });
  after(async () => {
    await server.stop();
    await database.close();
  });

  it("applies every migration for the model's vectors, and the second time none", async () => {
    const names = (await readMigrations(768)).map(({ version, name }) => `${version}_${name}`);

    const first = await runTool("tools/migrate.ts", ["--database-url", databaseUrl]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.equal(
      first.stdout,
      [
        "Database  postgres at 127.0.0.1",
        "Vectors   768 dimensions, as embeddinggemma-300m gives them",
        ...names.map((name) => `  ✓ ${name}  applied`),
        "",
      ].join("\n"),
    );
    discreet(first);

    const second = await runTool("tools/migrate.ts", [], { DATABASE_URL: databaseUrl });
    assert.equal(second.exitCode, 0, second.stderr);
    assert.deepEqual(
      second.stdout.split("\n").slice(2, -1),
      names.map((name) => `  = ${name}  applied before`),
    );

    const { rows } = await database.query<{ version: string; name: string; dimensions: number }>(
      `select version, name, (public.schema_state() ->> 'dimensions')::int as dimensions
       from supabase_migrations.schema_migrations order by 1`,
    );
    assert.deepEqual(
      rows.map(({ version, name }) => `${version}_${name}`),
      names,
    );
    assert.deepEqual(new Set(rows.map(({ dimensions }) => dimensions)), new Set([768]));
  });

  it("says so where the table is there for another model", async () => {
    const run = await runTool("tools/migrate.ts", ["--model", "all-MiniLM-L6-v2"], {
      DATABASE_URL: databaseUrl,
    });

    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /holds vectors of 768 dimensions and the model gives 384/);
    discreet(run);
  });

  it("says how it is called when it is told no database", async () => {
    const run = await runTool("tools/migrate.ts", [], { DATABASE_URL: "" });

    assert.equal(run.exitCode, 1);
    assert.match(run.stderr, /^Usage: DATABASE_URL=postgresql:/);
  });

  describe("without a database that answers", () => {
    let answer: (hello: Buffer) => string;
    let listener: Server;
    let port: number;
    before(async () => {
      listener = createServer((socket) => {
        socket.once("data", (hello) => socket.end(answer(hello)));
      });
      await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
      const address = listener.address();
      port = typeof address === "object" && address !== null ? address.port : 0;
    });
    after(() => new Promise((resolve) => listener.close(resolve)));

    it("names the host and what to check", async () => {
      const run = await runTool("tools/migrate.ts", [], {
        DATABASE_URL: `postgresql://postgres:${PASSWORD}@127.0.0.1:1/postgres`,
      });

      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, /^No connection to the database at 127\.0\.0\.1:1: .*ECONNREFUSED/);
      discreet(run);
    });

    it("says that the password is wrong without showing it", async () => {
      const fields = ["SFATAL", "C28P01", "Mpassword authentication failed", ""].join("\0");
      answer = () => `E\0\0\0${String.fromCharCode(fields.length + 5)}${fields}\0`;

      const run = await runTool("tools/migrate.ts", [], {
        DATABASE_URL: `postgresql://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`,
      });

      assert.equal(run.exitCode, 1);
      assert.match(run.stderr, /password authentication failed\. Check the user and the password/);
      discreet(run);
    });
  });
});
