/** The contents of a zip → the zip on disk, made anew only when they have changed, and what is to be known of it. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import * as v from "valibot";
import { sumBytes } from "./budget.ts";
import { digestFile, digestFileIfPresent } from "./model/digest.ts";
import { digestEntries, writeZip, type ZipEntry } from "./zip.ts";

export interface Artefact {
  readonly path: string;
  readonly zippedBytes: number;
  readonly unzippedBytes: number;
  /** Of the zip, in hex. */
  readonly sha256: string;
}

/** Part of what decides a zip's bytes: goes up with every change to how zips are written. */
const zipVersion = 1;

const recordSchema = v.object({ contents: v.string(), sha256: v.string() });

/**
 * Writes the zip unless the one that is there was made of the same contents and is still whole. Of which
 * contents it was made stands beside it, in a hidden file.
 */
export async function writeArtefact(path: string, entries: readonly ZipEntry[]): Promise<Artefact> {
  await mkdir(dirname(path), { recursive: true });
  const recordPath = join(dirname(path), `.${basename(path)}.json`);
  const contents = `${zipVersion}:${await digestEntries(entries)}`;
  const record = await readRecord(recordPath);
  let zip = await digestFileIfPresent(path);
  if (zip === undefined || record?.contents !== contents || record.sha256 !== zip.sha256) {
    await writeZip(path, entries);
    zip = await digestFile(path);
    await writeFile(recordPath, JSON.stringify({ contents, sha256: zip.sha256 }));
  }
  return { path, zippedBytes: zip.bytes, unzippedBytes: sumBytes(entries), sha256: zip.sha256 };
}

/** No record, or one of another version, is no reason to fail: the zip is made again. */
async function readRecord(path: string): Promise<v.InferOutput<typeof recordSchema> | undefined> {
  const text = await readFile(path, "utf8").catch(() => "null");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), recordSchema), text);
  return parsed.success ? parsed.output : undefined;
}
