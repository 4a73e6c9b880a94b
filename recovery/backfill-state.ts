/** What a backfill is of → the file that says how far it has come, for the run after one that was ended. */
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";

const progressSchema = v.object({ afterKey: v.string(), published: v.number() });
/** The topic has accepted everything up to this key. */
export type BackfillProgress = v.InferOutput<typeof progressSchema>;

export interface BackfillState {
  /** Nothing where there is none, or none that can be read. */
  read(): Promise<BackfillProgress | undefined>;
  write(progress: BackfillProgress): Promise<void>;
  clear(): Promise<void>;
}

/** @param subject all that makes it another backfill: the deployment, the bucket, its filters, the prefix */
export function createBackfillState(folder: string, subject: readonly unknown[]): BackfillState {
  const name = createHash("sha256").update(JSON.stringify(subject)).digest("hex").slice(0, 16);
  const path = join(folder, `${name}.json`);
  return {
    async read() {
      const text = await readFile(path, "utf8").catch(() => "");
      const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), progressSchema), text);
      return parsed.success ? parsed.output : undefined;
    },
    async write(progress) {
      await mkdir(folder, { recursive: true });
      await writeFile(`${path}.part`, JSON.stringify(progress));
      await rename(`${path}.part`, path);
    },
    clear: () => rm(path, { force: true }),
  };
}
