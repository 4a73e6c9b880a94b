/** The sources in `page/` → the files that a browser is sent, by their paths. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface PageFile {
  readonly contentType: string;
  readonly text: string;
}

export type PageFiles = ReadonlyMap<string, PageFile>;

/** Reads the page's files, and makes one script of its modules. */
export async function buildPage(): Promise<PageFiles> {
  const read = (name: string) => readFile(new URL(`page/${name}`, import.meta.url), "utf8");
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("page/main.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    target: "es2024",
    write: false,
  });
  const script = outputFiles.map(({ text }) => text).join("");
  return new Map([
    ["/", { contentType: "text/html; charset=utf-8", text: await read("index.html") }],
    ["/main.js", { contentType: "text/javascript; charset=utf-8", text: script }],
    ["/style.css", { contentType: "text/css; charset=utf-8", text: await read("style.css") }],
    ["/icon.svg", { contentType: "image/svg+xml", text: await read("icon.svg") }],
  ]);
}
