/**
 * The function's sources → its files, in CommonJS, with everything but the runtime bundled: `index.js`, which is
 * small and begins the session, the code that is loaded meanwhile, the reader of a secret, the code of the two threads,
 * what fetches a model from S3, and the extractors.
 */
import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { ZipEntry } from "../zip.ts";

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
  "html.js": sourcePath("text/html.ts"),
  "csv.js": sourcePath("text/csv.ts"),
  "json.js": sourcePath("text/json.ts"),
  "xml.js": sourcePath("text/xml.ts"),
  "email.js": sourcePath("text/email.ts"),
  "subtitles.js": sourcePath("text/subtitles.ts"),
  "guess-charset.js": sourcePath("text/guess-charset.ts"),
};

/** Gives the function's files; throws what {@link bundleForLambda} throws. */
export async function functionContents(): Promise<readonly ZipEntry[]> {
  return Promise.all(
    Object.entries(sources).map(async ([path, source]) => {
      const text = await bundleForLambda(source, ".js");
      return { path, bytes: Buffer.byteLength(text), text };
    }),
  );
}

/**
 * Bundles a module and what it imports into one CommonJS text. Modules of ours that it imports dynamically are
 * left to files of their own, beside it.
 * @param extension of those files, with its dot
 * @throws what esbuild throws when the source does not compile
 */
export async function bundleForLambda(path: string, extension: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [path],
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
    plugins: [runtimeFromLayer, filesBeside(extension)],
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

/** Leaves our own dynamic imports to the file of that name. */
const filesBeside = (extension: string): Plugin => ({
  name: "files-beside",
  setup({ onResolve }) {
    onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, kind }) =>
      kind === "dynamic-import"
        ? { path: `./${basename(path, extname(path))}${extension}`, external: true }
        : undefined,
    );
  },
});

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
