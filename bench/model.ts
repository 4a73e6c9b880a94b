/** The wish for a model → the model that is measured, its variants, and how it is called in the report. */
import { copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileModelTokenizer } from "../layers/model/compiled-model.ts";
import { describeModel } from "../layers/model/describe.ts";
import { linkOrCopy } from "../layers/model/link.ts";
import { type Model, obtainModel } from "../layers/model/obtain.ts";
import { makeVariant } from "../layers/model/variant.ts";
import { defaultModelId } from "../layers/models.ts";
import { unpackStandIn } from "./stand-in.ts";

export interface MeasuredModel {
  readonly description: string;
  /** Also in the transformers.js layout. */
  readonly published: Model;
  /** The published files with the graph that is built by default; `published` where nothing is to be changed. */
  readonly variant: Model;
  /** As it is in the layer: the variant with its tokenizer compiled, where that can be done. */
  readonly built: Model;
}

export const localFolder = fileURLToPath(new URL("../.local", import.meta.url));

/**
 * Takes the model in `folder`; without one the real embeddinggemma-300m where it has been downloaded, else its
 * stand-in.
 * @param workFolder for what is made of it
 */
export async function prepareModel(
  folder: string | undefined,
  workFolder: string,
): Promise<MeasuredModel> {
  const { found, description } = await findModel(folder);
  const published = await linkModel(found, join(workFolder, "published"));
  // Weights that were not trained need not keep their vectors; how far they do is in the report.
  const { model: variant } = await makeVariant(
    published,
    published.manifest.dtype === "q4" ? "q4-level4" : "published",
    join(workFolder, "variant"),
    { minCosine: -1 },
  );
  const { model: built } = await compileModelTokenizer(variant, join(workFolder, "built"));
  return { description, published, variant, built };
}

async function findModel(
  folder: string | undefined,
): Promise<{ found: Model; description: string }> {
  if (folder !== undefined) {
    const found = { folder, manifest: await describeModel(folder) };
    return { found, description: `${folder} (${found.manifest.dtype})` };
  }
  if (await exists(join(localFolder, "models", defaultModelId, "manifest.json"))) {
    return { found: await obtainModel(defaultModelId), description: defaultModelId };
  }
  return {
    found: await unpackStandIn(join(localFolder, "stand-in")),
    description:
      `a stand-in of the size and shape of ${defaultModelId}, which has not been downloaded: the same ` +
      "work, and vectors that mean nothing",
  };
}

/** The model in a folder of the benchmark's own, with its manifest and what transformers.js wants beside it. */
async function linkModel({ folder: source, manifest }: Model, folder: string): Promise<Model> {
  await rm(folder, { recursive: true, force: true });
  for (const { path } of manifest.files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await linkOrCopy(join(source, path), join(folder, path));
  }
  for (const name of ["config.json", "tokenizer_config.json"]) {
    // A downloaded model has only what the function reads; the stand-in has the same configuration.
    const own = join(source, name);
    const path = (await exists(own)) ? own : new URL(`stand-in/${name}`, import.meta.url);
    await copyFile(path, join(folder, name));
  }
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
  return { folder, manifest };
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
