/** Entries → a zip that is the same, byte for byte, wherever and whenever it is made of the same content. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, rename } from "node:fs/promises";
import { Zip, ZipDeflate } from "fflate";

/** A file as it will be unpacked. */
export interface PackedFile {
  /** With forward slashes, relative to where the zip is unpacked. */
  readonly path: string;
  readonly bytes: number;
}

/** Its content: text, or what lies at a path on this machine. */
export type ZipEntry = PackedFile & ({ readonly text: string } | { readonly sourcePath: string });

/** The first moment that a zip can hold. */
const epoch = new Date(1980, 0, 1);

/** A regular file that everyone may read: Lambda's own user is another one. */
const unixAttributes = 0o100644 << 16;
const unix = 3;

/**
 * Writes the zip at once or not at all, holding one chunk of content in memory. fflate and not node:zlib,
 * whose output depends on its version and on the processor.
 */
export async function writeZip(path: string, entries: readonly ZipEntry[]): Promise<void> {
  const output = await open(`${path}.part`, "w");
  try {
    let zipped: Uint8Array[] = [];
    const zip = new Zip((error, chunk) => {
      if (error) throw error;
      zipped.push(chunk);
    });
    const flush = async () => {
      const chunks = zipped;
      zipped = [];
      for (const chunk of chunks) await output.appendFile(chunk);
    };
    for (const entry of sortByPath(entries)) {
      const deflate = new ZipDeflate(entry.path, { level: 6 });
      Object.assign(deflate, { mtime: epoch, os: unix, attrs: unixAttributes });
      zip.add(deflate);
      for await (const chunk of readContent(entry)) {
        deflate.push(chunk);
        await flush();
      }
      deflate.push(new Uint8Array(), true);
    }
    zip.end();
    await flush();
  } finally {
    await output.close();
  }
  await rename(`${path}.part`, path);
}

/** A digest of everything that decides the zip's bytes, without making it. In hex. */
export async function digestEntries(entries: readonly ZipEntry[]): Promise<string> {
  const digest = createHash("sha256");
  for (const entry of sortByPath(entries)) {
    const content = createHash("sha256");
    for await (const chunk of readContent(entry)) content.update(chunk);
    digest.update(`${JSON.stringify(entry.path)} ${content.digest("hex")}\n`);
  }
  return digest.digest("hex");
}

function sortByPath(entries: readonly ZipEntry[]): readonly ZipEntry[] {
  return entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function readContent(entry: ZipEntry): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  if ("text" in entry) return [Buffer.from(entry.text)];
  return createReadStream(entry.sourcePath, { highWaterMark: 1 << 18 });
}
