/** Entries → a zip that is the same, byte for byte, wherever and whenever it is made of the same content. */
import { createHash } from "node:crypto";
import { type FileHandle, open, rename } from "node:fs/promises";
import { Zip, ZipDeflate } from "fflate";

/** A file as it will be unpacked. */
export interface PackedFile {
  /** With forward slashes, relative to where the zip is unpacked. */
  readonly path: string;
  readonly bytes: number;
}

/** Its content: text, or what lies at a path on this machine. */
export type ZipEntry = PackedFile & ({ readonly text: string } | { readonly sourcePath: string });

/** A regular file that everyone may read: Lambda's own user is another one. */
const unixAttributes = 0o100644 << 16;
const unix = 3;

/**
 * Writes the zip at once or not at all, holding one piece of content in memory. fflate and not node:zlib,
 * whose output may differ between versions and processors.
 */
export async function writeZip(path: string, entries: readonly ZipEntry[]): Promise<void> {
  // The first moment that a zip can hold; its times are local ones, so this is the same everywhere.
  const mtime = new Date(1980, 0, 1);
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
      Object.assign(deflate, { mtime, os: unix, attrs: unixAttributes });
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

/** The content in pieces of one size: fflate's output depends on where one push ends and the next begins. */
const pieceBytes = 1 << 18;

async function* readContent(entry: ZipEntry): AsyncGenerator<Uint8Array> {
  if ("text" in entry) {
    const content = Buffer.from(entry.text);
    for (let start = 0; start < content.length; start += pieceBytes) {
      yield content.subarray(start, start + pieceBytes);
    }
    return;
  }
  const file = await open(entry.sourcePath);
  try {
    for (;;) {
      const piece = await readPiece(file);
      if (piece.length === 0) return;
      yield piece;
    }
  } finally {
    await file.close();
  }
}

/** A whole piece, or what is left of the file: one read may give less than was asked for. */
async function readPiece(file: FileHandle): Promise<Uint8Array> {
  const piece = Buffer.allocUnsafe(pieceBytes);
  let filled = 0;
  while (filled < pieceBytes) {
    const { bytesRead } = await file.read(piece, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return piece.subarray(0, filled);
}
