/** Takes a stack's configuration and gives all that the whole program, index.ts, asks for with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testModelFolder } from "../models/folders.ts";
import { type Recording, record } from "./recording.ts";

export const SERVICE_KEY = "sb_secret_6f1d2c";

export const REQUIRED = {
  supabaseUrl: "https://abcdefgh.supabase.co",
  supabaseServiceKey: SERVICE_KEY,
  buckets: '[{"name":"acme-documents"}]',
  // The default one would have to be downloaded.
  model: testModelFolder("tiny-embeddinggemma"),
};

type Program = typeof import("../../index.ts");

let loads = 0;

/** All programs build into one folder: what has not changed is not built again. */
const folder = mkdtempSync(join(tmpdir(), "program-"));
process.once("exit", () => rmSync(folder, { recursive: true }));

/** Loads the program anew: its module body is the deployment. It builds its zips in the working folder. */
export async function recordProgram(
  changes: Readonly<Record<string, string>> = {},
): Promise<Recording<Program>> {
  const config = Object.fromEntries(
    Object.entries({ ...REQUIRED, ...changes }).map(([key, value]) => [
      `embedding-processor:${key}`,
      value,
    ]),
  );
  const before = process.cwd();
  process.chdir(folder);
  try {
    loads += 1;
    const index = new URL(`../../index.ts?load=${loads}`, import.meta.url).href;
    return await record((): Promise<Program> => import(index), config);
  } finally {
    process.chdir(before);
  }
}
