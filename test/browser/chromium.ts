/** This machine's programs → the Chromium among them. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
] as const;
const macPath = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** What `CHROMIUM_PATH` names, else the first of the usual names on PATH, else where macOS has it. */
export function findChromium(): string | undefined {
  const { CHROMIUM_PATH, PATH = "" } = process.env;
  if (CHROMIUM_PATH !== undefined) return CHROMIUM_PATH;
  const folders = PATH.split(delimiter);
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...paths, macPath].find((path) => existsSync(path));
}
