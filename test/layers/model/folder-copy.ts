/** A committed model's folder → a copy without its manifest, for a test to damage. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

export async function copyModelFolder(source: string): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), "model-")), basename(source));
  await cp(source, folder, { recursive: true });
  await rm(join(folder, "manifest.json"));
  return folder;
}
