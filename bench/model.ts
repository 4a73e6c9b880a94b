/** The wish for a model → the model that is measured, its variants, and how it is called in the report. */
import { copyFile, mkdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compileModelTokenizer } from "../layers/model/compiled-model.ts";
import { describeModel } from "../layers/model/describe.ts";
import { GraphNotRecognisedError } from "../layers/model/errors.ts";
import { linkOrCopy } from "../layers/model/link.ts";
import { type Model, obtainFullPrecision, obtainModel } from "../layers/model/obtain.ts";
import { makeVariant } from "../layers/model/variant.ts";
import { defaultModelId } from "../layers/models.ts";
import { unpackStandIn } from "./stand-in.ts";

export interface MeasuredModel {
  readonly description: string;
  /** Also in the transformers.js layout. */
  readonly published: Model;
  /** The graphs that can be made of it, the published one first. */
  readonly variants: readonly Model[];
  /** As it is in the layer by default, the tokenizer compiled. */
  readonly built: Model;
  /** The same with the graph `int8`, where that can be made. */
  readonly builtInEightBits: Model | undefined;
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
  const fullPrecision = await findFullPrecision(found);
  const make = async (variant: "q4-level4" | "int8") => {
    // Weights that were not trained need not keep their vectors; how far they do is in the report.
    const options = { minCosine: -1, ...(fullPrecision !== undefined && { fullPrecision }) };
    return (await makeVariant(published, variant, join(workFolder, variant), options)).model;
  };
  const compile = async (model: Model) =>
    (await compileModelTokenizer(model, join(workFolder, `built-${model.manifest.variant}`))).model;
  if (published.manifest.dtype !== "q4") {
    const built = await compile(published);
    return { description, published, variants: [published], built, builtInEightBits: undefined };
  }
  const level4 = await make("q4-level4");
  const eightBits = await make("int8").catch((error: unknown) => {
    if (error instanceof GraphNotRecognisedError) return undefined;
    throw error;
  });
  const made = [published, level4, eightBits].filter((model) => model !== undefined);
  return {
    description:
      eightBits === undefined || fullPrecision !== undefined
        ? description
        : `${description}; its int8 is made of the 4-bit weights, the work being the same`,
    published,
    variants: [...new Set(made)],
    built: await compile(level4),
    builtInEightBits: eightBits === undefined ? undefined : await compile(eightBits),
  };
}

/** Where it lies beside the model; a benchmark downloads nothing. */
async function findFullPrecision({ folder, manifest }: Model): Promise<Model | undefined> {
  const files = ["onnx/model.onnx", "onnx/model.onnx_data"].map((path) => join(folder, path));
  const isThere = (await Promise.all(files.map(exists))).every((found) => found);
  return isThere ? obtainFullPrecision(manifest.id, { folder, manifest }) : undefined;
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
