/** Runs the engine suite where its tools are on PATH, and says what is missing where they are not. */
import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NEEDED: Readonly<Record<string, string>> = {
  pulumi: "the Pulumi CLI",
  "pulumi-language-nodejs": "its language host for Node.js",
  "standin-aws": "a provider that answers as @pulumi/aws does, without an account",
};

const missing = Object.entries(NEEDED).filter(([command]) => !isOnPath(command));

if (missing.length > 0) {
  const list = missing.map(([command, what]) => `${command} (${what})`).join(", ");
  process.stderr.write(`skipped: needs ${list} on PATH. No test was run.\n`);
  // Where CI runs this suite, a suite that did not run must not be green.
  process.exitCode = process.env.CI === undefined ? 0 : 1;
} else {
  const { status } = spawnSync("mocha", ["--config", "test/engine/mocharc.json"], {
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
