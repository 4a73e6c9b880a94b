import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import fc from "fast-check";
import { DatabaseUrlError, parseDatabaseUrl } from "../../tools/database-url.ts";

/** Of the authority as Supabase publishes it. */
const SUPABASE_ROOT_2021 =
  "80:70:25:AD:50:D4:ED:21:9D:2C:9C:7D:29:9C:00:4F:82:4E:B0:0C:F7:F6:5A:FE:F6:07:D0:7B:72:E6:CA:FA";

describe("parseDatabaseUrl", () => {
  it("reads the address that Supabase shows", () => {
    const { ssl, ...address } = parseDatabaseUrl(
      "postgresql://postgres.abcdefgh:p%40ss@aws-1-eu-west-1.pooler.supabase.com:6543/postgres?sslmode=disable",
    );

    assert.deepEqual(address, {
      host: "aws-1-eu-west-1.pooler.supabase.com",
      port: 6543,
      database: "postgres",
      user: "postgres.abcdefgh",
      password: "p@ss",
    });
    assert.notEqual(ssl, false);
  });

  it("takes Postgres's own port and database where none is named", () => {
    const { port, database } = parseDatabaseUrl("postgres://me@db.example.com");

    assert.deepEqual({ port, database }, { port: 5432, database: "postgres" });
  });

  it("trusts Supabase's authority besides those that Node trusts, and no certificate unchecked", () => {
    const { ssl } = parseDatabaseUrl("postgresql://me@db.abcdefgh.supabase.co/postgres");

    assert.ok(ssl !== false && Array.isArray(ssl.ca));
    assert.deepEqual(Object.keys(ssl), ["ca"]);
    assert.ok(ssl.ca.length > 100);
    const root = new X509Certificate(ssl.ca.at(-1) ?? "");
    assert.equal(root.fingerprint256, SUPABASE_ROOT_2021);
    assert.ok(root.verify(root.publicKey));
  });

  for (const host of ["localhost", "127.0.0.1", "127.8.9.10", "[::1]"]) {
    it(`asks for no TLS at ${host}`, () => {
      assert.equal(parseDatabaseUrl(`postgresql://me@${host}:5432/db`).ssl, false);
    });
  }

  for (const host of ["127.example.com", "localhost.example.com", "10.0.0.1", "[::2]"]) {
    it(`asks for TLS at ${host}`, () => {
      assert.notEqual(parseDatabaseUrl(`postgresql://me@${host}:5432/db`).ssl, false);
    });
  }

  it("gives back any user, password and database that are written percent-encoded", () => {
    const text = fc.string({ minLength: 1, unit: "grapheme" });
    fc.assert(
      fc.property(text, text, text, (user, password, database) => {
        const [u, p, d] = [user, password, database].map(encodeURIComponent);
        fc.pre(![".", ".."].includes(d ?? ""));
        const address = parseDatabaseUrl(`postgresql://${u}:${p}@localhost/${d}`);

        assert.equal(address.user, user);
        assert.equal(address.password, password);
        assert.equal(address.database, database);
      }),
    );
  });

  for (const [text, problem] of [
    ["not an address with hunter2", /cannot be read/],
    ["postgresql://postgres:hunter2@host:port/db", /cannot be read/],
    ["https://postgres:hunter2@db.example.com", /does not begin with postgresql:\/\//],
    ["postgresql:///hunter2", /names no host/],
    ["postgresql://:hunter2@db.example.com", /names no user/],
    ["postgresql://postgres:hunter2%@db.example.com", /% that is not followed/],
  ] as const) {
    it(`refuses an address, without quoting it, that ${problem.source}`, () => {
      assert.throws(
        () => parseDatabaseUrl(text),
        (error) => {
          assert.ok(error instanceof DatabaseUrlError);
          assert.match(error.message, problem);
          assert.match(error.message, /expected postgresql:\/\/USER:PASSWORD@HOST/);
          assert.ok(!`${error.stack} ${error.cause}`.includes("hunter2"));
          return true;
        },
      );
    });
  }
});
