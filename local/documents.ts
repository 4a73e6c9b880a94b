/** Paths of files and folders → the documents in them, with the keys that they are uploaded under. */
import { readdir, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";

export interface LocalDocument {
  readonly path: string;
  readonly key: string;
}

export class PathNotFoundError extends Error {
  override readonly name = "PathNotFoundError";
  constructor(path: string, options: ErrorOptions) {
    super(`There is no file or folder ${path}.`, options);
  }
}

/**
 * Finds the documents: a file by its name, the files of a folder by the folder's name and their path in it,
 * in order; without what is hidden (a name that begins with a dot).
 * @throws {PathNotFoundError}
 */
export async function findDocuments(paths: readonly string[]): Promise<LocalDocument[]> {
  const found: LocalDocument[] = [];
  for (const path of paths.map((given) => resolve(given))) {
    const status = await stat(path).catch((cause: unknown) => {
      throw new PathNotFoundError(path, { cause });
    });
    if (!status.isDirectory()) {
      found.push({ path, key: basename(path) });
      continue;
    }
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(path, join(entry.parentPath, entry.name)))
      .filter((name) => !name.split(sep).some((part) => part.startsWith(".")))
      .sort();
    const folderName = basename(path);
    for (const name of files) {
      found.push({ path: join(path, name), key: [folderName, ...name.split(sep)].join("/") });
    }
  }
  return found;
}
