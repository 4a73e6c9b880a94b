/** The handler's source → the one file of the function: `index.js`, CommonJS, everything but the runtime bundled. */
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import type { ZipEntry } from "../zip.ts";

const handlerPath = fileURLToPath(new URL("../../function/handler.ts", import.meta.url));

/**
 * Bundles the function.
 * @throws what esbuild throws when the source does not compile
 */
export async function functionContents(): Promise<readonly ZipEntry[]> {
  const { outputFiles } = await build({
    entryPoints: [handlerPath],
    bundle: true,
    write: false,
    platform: "node",
    target: "node24",
    // A layer's packages are found through NODE_PATH, which only `require` looks at.
    // https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html
    format: "cjs",
    minify: true,
    // Stack traces in the logs keep the names of functions, and errors those of their classes.
    keepNames: true,
    legalComments: "none",
    logLevel: "silent",
    plugins: [runtimeFromLayer],
  });
  return outputFiles.map(({ text, contents }) => ({
    path: "index.js",
    bytes: contents.length,
    text,
  }));
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
