/**
 * Runs the suite in a real Chromium where there is one, and says so where there is none. With `--screenshots` it
 * takes the README's pictures instead.
 */
import { spawnSync } from "node:child_process";
import { findChromium } from "./chromium.ts";

const chromium = findChromium();

if (chromium === undefined) {
  process.stderr.write(
    "skipped: needs Chromium or Chrome, on PATH or where CHROMIUM_PATH says " +
      "(apt-get install chromium). No test was run.\n",
  );
  // Where CI runs this suite, a suite that did not run must not be green.
  process.exitCode = process.env.CI === undefined ? 0 : 1;
} else {
  const [command, ...words] = process.argv.includes("--screenshots")
    ? [process.execPath, "test/browser/screenshots.ts"]
    : ["mocha", "--config", "test/browser/mocharc.json"];
  const { status } = spawnSync(command ?? "", words, {
    stdio: "inherit",
    env: { ...process.env, CHROMIUM_PATH: chromium },
  });
  process.exitCode = status ?? 1;
}
