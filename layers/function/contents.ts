/**
 * The function's sources → its files, in CommonJS, with everything but the runtime bundled: `index.js`, which is
 * small and begins the session, the code that is loaded meanwhile, the code of the two threads, and what only some
 * runs load: the reader of a secret, what fetches a model from S3, the extractors and what they share, and packages.
 */
import { isBuiltin } from "node:module";
import { basename, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build, type Plugin } from "esbuild";
import type { ZipEntry } from "../zip.ts";
import { leanPackages } from "./lean-packages.ts";

const sourcePath = (source: string) =>
  fileURLToPath(new URL(`../../function/${source}`, import.meta.url));

/** Where the program of the session's thread lies. */
export const sessionWorkerPath = sourcePath("model/session-worker.ts");

/** The files in the function's root, and what each is bundled of. */
const sources = {
  "index.js": sourcePath("index.ts"),
  "handler.js": sourcePath("handler.ts"),
  "secret.js": sourcePath("secret.ts"),
  "session-worker.js": sessionWorkerPath,
  "s3-model.js": sourcePath("model/s3-model.ts"),
  "extraction-worker.js": sourcePath("text/extraction-worker.ts"),
  "html-elements.js": sourcePath("text/html-elements.ts"),
  "xml-elements.js": sourcePath("text/xml-elements.ts"),
  "html.js": sourcePath("text/html.ts"),
  "csv.js": sourcePath("text/csv.ts"),
  "json.js": sourcePath("text/json.ts"),
  "xml.js": sourcePath("text/xml.ts"),
  "pdf.js": sourcePath("text/pdf.ts"),
  "docx.js": sourcePath("text/docx.ts"),
  "xlsx.js": sourcePath("text/xlsx.ts"),
  "pptx.js": sourcePath("text/pptx.ts"),
  "odt.js": sourcePath("text/odt.ts"),
  "rtf.js": sourcePath("text/rtf.ts"),
  "epub.js": sourcePath("text/epub.ts"),
  "email.js": sourcePath("text/email.ts"),
  "subtitles.js": sourcePath("text/subtitles.ts"),
  "guess-charset.js": sourcePath("text/guess-charset.ts"),
};

/** The packages that only some runs load. */
const packagesFile = "packages";

/** Gives the function's files; throws what {@link bundleForLambda} throws. */
export async function functionContents(): Promise<readonly ZipEntry[]> {
  const files = await bundleForLambda(sources, ".js");
  return [...files].map(([path, text]) => ({ path, bytes: Buffer.byteLength(text), text }));
}

/**
 * Bundles each module and what it imports into one CommonJS file. Modules of ours that it imports dynamically, or that
 * are among the sources, are left to files of their own, beside it, and packages that any of them imports dynamically
 * to one file for all.
 * @param sources names of files, and the module that each is bundled of
 * @param extension of the files, with its dot
 * @returns names and texts
 * @throws what esbuild throws when a source does not compile
 */
export async function bundleForLambda(
  sources: Readonly<Record<string, string>>,
  extension: string,
): Promise<ReadonlyMap<string, string>> {
  const packages = new Map<string, string>();
  const plugins = [
    runtimeFromLayer,
    leanPackages,
    filesBeside(extension, new Set(Object.values(sources))),
    packagesBeside(`${packagesFile}${extension}`, packages),
  ];
  const files = new Map<string, string>();
  for (const [name, source] of Object.entries(sources)) {
    files.set(name, await bundle({ entryPoints: [source], plugins }));
  }
  if (packages.size > 0) {
    const contents = packageGetters(packages);
    const stdin = { contents, resolveDir: import.meta.dirname };
    files.set(`${packagesFile}${extension}`, await bundle({ stdin, plugins: [runtimeFromLayer] }));
  }
  return files;
}

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles = [] } = await build({
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    // A layer's packages are found through NODE_PATH, which only `require` looks at.
    // https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    format: "cjs",
    // Packages' ES modules, of which unused parts can be left out, before their CommonJS: 40 ms of 117 less
    // to load, and 400 KB less.
    mainFields: ["module", "main"],
    // CommonJS has other names for where a module lies.
    define: { "import.meta.dirname": "__dirname", "import.meta.filename": "__filename" },
    minify: true,
    // Stack traces in the logs keep the names of functions, and errors those of their classes.
    keepNames: true,
    legalComments: "none",
    logLevel: "silent",
    supported: { "dynamic-import": false },
    ...options,
  });
  return outputFiles.map(({ text }) => text).join("");
}

/** Leaves onnxruntime-node to the dependencies layer, and names the layer where that fails. */
const runtimeFromLayer: Plugin = {
  name: "runtime-from-layer",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^onnxruntime-node$/ }, ({ path, namespace }) =>
      namespace === "layer" ? { path, external: true } : { path, namespace: "layer" },
    );
    onLoad({ filter: /.*/, namespace: "layer" }, ({ path }) => ({
      contents: requireFromLayer(path),
    }));
  },
};

/** Leaves our own dynamic imports, and what several of the sources share, to the file of that name. */
const filesBeside = (extension: string, sources: ReadonlySet<string>): Plugin => ({
  name: "files-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, kind, resolveDir }) =>
      kind === "dynamic-import" || sources.has(join(resolveDir, path))
        ? { path: `./${basename(path, extname(path))}${extension}`, external: true }
        : undefined,
    );
  },
});

/**
 * Leaves packages' dynamic imports, and ours of packages, to a file that is loaded with the first of them: the AWS
 * SDK's ways to credentials that no function has are a fifth of its code, and Node reads what it never runs.
 * @param packages is told the path of each, by its name in the file
 */
const packagesBeside = (file: string, packages: Map<string, string>): Plugin => ({
  name: "packages-beside",
  setup({ onResolve, onLoad, resolve }) {
    const namespace = "packages-beside";
    onResolve({ filter: /.*/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || isBuiltin(path) || pluginData === namespace) return;
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: namespace });
      const name = found.path.replace(/^.*?node_modules[\\/]/, "").replaceAll("\\", "/");
      packages.set(name, found.path);
      // Of a path that ends in .mjs esbuild would make an ES module.
      return { path: `${name}.cjs`, namespace, pluginData: name };
    });
    onResolve({ filter: /.*/, namespace }, () => ({ path: `./${file}`, external: true }));
    onLoad({ filter: /.*/, namespace }, ({ pluginData: name }) => ({
      contents: `module.exports = require("file")[${JSON.stringify(name)}];`,
    }));
  },
});

/** A module that loads each package when it is asked for. */
function packageGetters(packages: ReadonlyMap<string, string>): string {
  const getters = [...packages]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([name, path]) =>
        `get ${JSON.stringify(name)}() { return require(${JSON.stringify(path)}); }`,
    );
  return `module.exports = { ${getters.join(", ")} };`;
}

function requireFromLayer(packageName: string): string {
  const message =
    `${packageName} cannot be loaded. The function needs the dependencies layer (dependencies-layer.zip) ` +
    "of its own architecture: ";
  return `
    try {
      module.exports = require(${JSON.stringify(packageName)});
    } catch (cause) {
      throw new Error(${JSON.stringify(message)} + process.arch + ". " + cause.message, { cause });
    }`;
}
