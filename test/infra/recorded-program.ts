/** Takes a stack's configuration and gives all that the whole program, index.ts, asks for with it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Recording, record } from "./recording.ts";
import { writeArtefacts } from "./written-artefacts.ts";

export const SERVICE_KEY = "sb_secret_6f1d2c";

export const REQUIRED = {
  supabaseUrl: "https://abcdefgh.supabase.co",
  supabaseServiceKey: SERVICE_KEY,
  buckets: '[{"name":"acme-documents"}]',
};

type Program = typeof import("../../index.ts");

let loads = 0;

/** Loads the program anew: its module body is the deployment. It finds its zips in the working folder. */
export async function recordProgram(
  changes: Readonly<Record<string, string>> = {},
): Promise<Recording<Program>> {
  const config = Object.fromEntries(
    Object.entries({ ...REQUIRED, ...changes }).map(([key, value]) => [
      `embedding-processor:${key}`,
      value,
    ]),
  );
  const folder = mkdtempSync(join(tmpdir(), "program-"));
  const before = process.cwd();
  writeArtefacts(join(folder, "dist"));
  process.chdir(folder);
  try {
    loads += 1;
    const index = new URL(`../../index.ts?load=${loads}`, import.meta.url).href;
    return await record((): Promise<Program> => import(index), config);
  } finally {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  }
}
