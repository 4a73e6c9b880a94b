/** A package of many parts (.docx, .epub …) → the same package, of which one part is almost what it was. */
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import type { Extraction } from "../../function/text/extraction-thread.ts";
import type { Mutation } from "./mutation.ts";

const packages: ReadonlySet<Extraction["format"]> = new Set([
  "docx",
  "xlsx",
  "pptx",
  "odt",
  "epub",
]);

export function isPackage(format: Extraction["format"]): boolean {
  return packages.has(format);
}

/** Changes the part of that number, so that what is wrong lies behind the archive's own checks. */
export function mutatePart(archive: string, number: number, mutate: Mutation): Uint8Array {
  const parts = unzipSync(strToU8(archive, true));
  const paths = Object.keys(parts);
  const path = paths[number % paths.length] ?? "";
  const mutated = strToU8(mutate(strFromU8(parts[path] ?? new Uint8Array(), true)), true);
  return zipSync({ ...parts, [path]: mutated }, { level: 0 });
}
