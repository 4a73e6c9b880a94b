/** Runs the suite on a real PostgreSQL where there is one with pgvector, and says so where there is none. */
import { spawnSync } from "node:child_process";
import { findPostgres } from "./server.ts";

if (findPostgres() === undefined) {
  process.stderr.write(
    "skipped: needs PostgreSQL with pgvector 0.8 or later, on PATH or where Debian installs it " +
      "(apt-get install postgresql postgresql-NN-pgvector). No test was run.\n",
  );
  // Where CI runs this suite, a suite that did not run must not be green.
  process.exitCode = process.env.CI === undefined ? 0 : 1;
} else {
  const { status } = spawnSync("mocha", ["--config", "test/postgres/mocharc.json"], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
