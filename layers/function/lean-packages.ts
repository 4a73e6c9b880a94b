/**
 * What packages bring along and the function has no way to reach → left out of its files, or taken from Node. What is
 * left out says so, should it ever be called.
 */
import type { Plugin } from "esbuild";

const leftOut = (name: string) =>
  `throw new Error(${JSON.stringify(`${name} is left out of the function.`)})`;

const replacements: Readonly<Record<string, string>> = {
  // CSS as objects: linkedom's `sheet` of a style element, which nobody asks for.
  "cssomnom/parse": `exports.parse = () => { ${leftOut("cssomnom")} };`,
  // XML that is written: mammoth's style maps in a document.
  xmlbuilder: `exports.create = () => { ${leftOut("xmlbuilder")} };`,
  // Promises, of jszip where there are none.
  lie: `${leftOut("lie")};`,
  // The same as Node's own, which jszip itself has in its place for browsers.
  "readable-stream": 'module.exports = require("node:stream");',
};

export const leanPackages: Plugin = {
  name: "lean-packages",
  setup({ onResolve, onLoad, resolve }) {
    const namespace = "lean-packages";
    onResolve({ filter: /^[\w/-]+$/ }, ({ path }) =>
      Object.hasOwn(replacements, path) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: replacements[path] ?? "" }));
    // Its parser, without the documents that it could make: linkedom makes its own, and so do we.
    onResolve({ filter: /^htmlparser2$/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === namespace) return;
      const found = await resolve(path, { kind, resolveDir, pluginData: namespace });
      return { ...found, path: found.path.replace(/index\.js$/, "Parser.js") };
    });
  },
};
