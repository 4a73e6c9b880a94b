/** A model → what the model layer holds: what the function reads, the manifest and the licence's notice. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelManifest } from "../../function/model/manifest.ts";
import type { ZipEntry } from "../zip.ts";
import { compileTokenizer } from "./compile-tokenizer.ts";
import { UnsupportedTokenizerError } from "./errors.ts";
import type { Model } from "./obtain.ts";

/** Lambda unpacks a layer under /opt; the function looks in /opt/model. */
const folderInLayer = "model";

/** In a layer `tokenizer.json` is compiled to this where it can be: a third of the size, read in milliseconds. */
const compiledTokenizer = "tokenizer.bin";

/** Lists the files, with the tokenizer compiled if it is of the kind that can be. */
export async function modelContents(model: Model): Promise<readonly ZipEntry[]> {
  const { folder } = model;
  const compiled = await compileTokenizerOf(model);
  const manifest =
    compiled === undefined
      ? model.manifest
      : withCompiledTokenizer(model.manifest, {
          bytes: compiled.length,
          sha256: createHash("sha256").update(compiled).digest("hex"),
        });
  return [
    ...manifest.files.map(({ path, bytes }) => ({
      path: `${folderInLayer}/${path}`,
      bytes,
      ...(compiled !== undefined && path === manifest.tokenizer
        ? { content: compiled }
        : { sourcePath: join(folder, path) }),
    })),
    ...describingFiles(manifest),
  ];
}

/** The manifest of the layer whose tokenizer is compiled to a file of this size and digest. */
export function withCompiledTokenizer(
  manifest: ModelManifest,
  compiled: { readonly bytes: number; readonly sha256: string },
): ModelManifest {
  const files = manifest.files.filter(({ path }) => path !== manifest.tokenizer);
  return {
    ...manifest,
    tokenizer: compiledTokenizer,
    files: [...files, { path: compiledTokenizer, ...compiled }],
  };
}

/** What the layer says of itself: the manifest, and the notice that the licence asks for. */
export function describingFiles(manifest: ModelManifest): readonly ZipEntry[] {
  return [
    textEntry("manifest.json", JSON.stringify(manifest)),
    textEntry("NOTICE", notice(manifest)),
  ];
}

/** `undefined` for a tokenizer of another kind, which the function reads as it is. */
async function compileTokenizerOf({ folder, manifest }: Model): Promise<Uint8Array | undefined> {
  if (!manifest.tokenizer.endsWith(".json")) return undefined;
  try {
    return compileTokenizer(JSON.parse(await readFile(join(folder, manifest.tokenizer), "utf8")));
  } catch (error) {
    if (error instanceof UnsupportedTokenizerError) return undefined;
    throw error;
  }
}

function textEntry(name: string, text: string): ZipEntry {
  return { path: `${folderInLayer}/${name}`, bytes: Buffer.byteLength(text), text };
}

/** In the words that section 3.1 of the Gemma Terms of Use asks for; they suit the other licences too. */
function notice({ id, licence }: ModelManifest): string {
  return `${id} is provided under and subject to the ${licence.name}${licence.url && ` found at ${licence.url}`}.\n`;
}
