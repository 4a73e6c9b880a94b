/** An architecture → what the dependencies layer holds: onnxruntime-node with the libraries of that platform alone. */
import { readdir, stat } from "node:fs/promises";
import { findPackageJSON } from "node:module";
import { dirname, join, posix, relative, sep } from "node:path";
import type { ZipEntry } from "../zip.ts";

/** Node's names for the processors that Lambda has. */
export const architectures = ["arm64", "x64"] as const;
export type Architecture = (typeof architectures)[number];

export class PackageMissingError extends Error {
  override readonly name = "PackageMissingError";
  constructor(packageName: string) {
    super(`The npm package ${packageName} is not installed. Run: npm ci`);
  }
}

/**
 * Lists the files, whatever machine this is: the npm package has the libraries of all platforms.
 * @throws {PackageMissingError} when it is not installed
 */
export async function dependenciesContents(
  architecture: Architecture,
): Promise<readonly ZipEntry[]> {
  const runtime = findPackage("onnxruntime-node", import.meta.url);
  const common = findPackage("onnxruntime-common", join(runtime, "package.json"));
  const libraries = `bin/napi-v6/linux/${architecture}/`;
  return [
    ...(await packPackage("onnxruntime-node", runtime, (path) =>
      path.startsWith("bin/") ? path.startsWith(libraries) : isLoaded(path, "dist/"),
    )),
    ...(await packPackage("onnxruntime-common", common, (path) => isLoaded(path, "dist/cjs/"))),
  ];
}

/** What `require` reads; no types, no source maps, no sources. */
function isLoaded(path: string, distFolder: string): boolean {
  return path === "package.json" || (path.startsWith(distFolder) && /\.js(on)?$/.test(path));
}

function findPackage(packageName: string, from: string): string {
  const path = findPackageJSON(packageName, from);
  if (path === undefined) throw new PackageMissingError(packageName);
  return dirname(path);
}

async function packPackage(
  packageName: string,
  folder: string,
  isPacked: (path: string) => boolean,
): Promise<ZipEntry[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const packed = paths
    .map((sourcePath) => ({ sourcePath, path: relative(folder, sourcePath).replaceAll(sep, "/") }))
    .filter(({ path }) => isPacked(path));
  return Promise.all(
    packed.map(async ({ sourcePath, path }) => ({
      // Where NODE_PATH of Lambda's Node.js runtimes looks.
      path: posix.join("nodejs/node_modules", packageName, path),
      bytes: (await stat(sourcePath)).size,
      sourcePath,
    })),
  );
}
