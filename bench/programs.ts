/** The measured programs' sources → files that Node starts as it starts a function: JavaScript, bundled or not. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { bundleForLambda, sessionWorkerPath } from "../layers/function/contents.ts";

const names = ["function", "plain", "plainBundled", "embed", "tokenize", "pipeline"] as const;
export type ProgramName = (typeof names)[number];

/** Where each program lies. */
export type Programs = Readonly<Record<ProgramName, string>>;

/**
 * Builds the programs. The pipeline's is its source: its start is not measured.
 * @param folder inside the repository, so that Node finds the packages that are not bundled
 */
export async function buildPrograms(folder: string): Promise<Programs> {
  await mkdir(folder, { recursive: true });
  const files = await bundleForLambda(
    {
      "function.cjs": sourcePath("function"),
      "function-code.cjs": sourcePath("function-code"),
      "session-worker.cjs": sessionWorkerPath,
      "embed.cjs": sourcePath("embed"),
      "tokenize.cjs": sourcePath("tokenize"),
    },
    ".cjs",
  );
  for (const [name, text] of files) await writeFile(join(folder, name), text);
  const plain = async (name: ProgramName, options: BuildOptions) => {
    const outfile = join(folder, `${name}.mjs`);
    const entryPoints = [sourcePath("plain")];
    const common = { platform: "node", target: "node24", format: "esm", bundle: true } as const;
    await build({ ...common, entryPoints, outfile, logLevel: "silent", ...options });
    return outfile;
  };
  return {
    function: join(folder, "function.cjs"),
    plain: await plain("plain", { packages: "external" }),
    plainBundled: await plain("plainBundled", {
      external: ["onnxruntime-node", "sharp"],
      minify: true,
      // Packages in CommonJS call `require`, which an ES module has to make.
      banner: {
        js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
      },
    }),
    embed: join(folder, "embed.cjs"),
    tokenize: join(folder, "tokenize.cjs"),
    pipeline: sourcePath("pipeline"),
  };
}

function sourcePath(name: string): string {
  return fileURLToPath(new URL(`programs/${name}.ts`, import.meta.url));
}
