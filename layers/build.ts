/** A model and an architecture → the function's zip and its two layers, as Lambda takes them. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphVariant } from "../function/model/manifest.ts";
import { type Artefact, writeArtefact } from "./artefact.ts";
import { checkBudget, limitBytes } from "./budget.ts";
import { type Architecture, dependenciesContents } from "./dependencies/contents.ts";
import { functionContents } from "./function/contents.ts";
import { type CompiledModel, compileModelTokenizer } from "./model/compiled-model.ts";
import { modelContents } from "./model/contents.ts";
import { type Model, type ObtainOptions, obtainModel } from "./model/obtain.ts";
import { makeDefaultVariant, makeVariant, type VariantModel } from "./model/variant.ts";

export interface BuildFolder {
  /** Where the zips are written. */
  readonly distFolder: string;
}

/** Bundles the function into `function.zip`, with the handlers `index.ingest` and `index.search`. */
export async function buildFunctionZip({ distFolder }: BuildFolder): Promise<Artefact> {
  return writeArtefact(join(distFolder, "function.zip"), await functionContents());
}

/** Packs onnxruntime-node for the architecture into `dependencies-layer.zip`. */
export async function buildDependenciesLayer(
  options: BuildFolder & { readonly architecture: Architecture },
): Promise<Artefact> {
  const path = join(options.distFolder, "dependencies-layer.zip");
  return writeArtefact(path, await dependenciesContents(options.architecture));
}

/** Packs the model into `model-layer.zip`. */
export async function buildModelLayer(
  options: BuildFolder & { readonly model: Model },
): Promise<Artefact> {
  return writeArtefact(join(options.distFolder, "model-layer.zip"), modelContents(options.model));
}

export interface Build {
  readonly architecture: Architecture;
  /** As it was asked for: an id or a path. */
  readonly model: string;
  readonly variant: VariantModel;
  /** The model as it is in the layer. */
  readonly compiled: CompiledModel;
  readonly unzippedBytes: number;
  readonly functionZip: Artefact;
  readonly dependenciesLayer: Artefact;
  readonly modelLayer: Artefact;
}

/**
 * Builds all three, and `manifest.json` with their sizes and digests.
 * @param options.model an id of the registry, which is downloaded where needed, or a folder's path
 * @param options.variant of the graph; without it {@link makeDefaultVariant} decides
 * @throws {SizeBudgetError} before a layer is written, when Lambda would not take them
 * @throws what {@link obtainModel} and {@link makeVariant} throw
 */
export async function buildAll(
  options: BuildFolder &
    ObtainOptions & {
      readonly model: string;
      readonly architecture: Architecture;
      readonly variant?: GraphVariant;
    },
): Promise<Build> {
  const { distFolder, architecture } = options;
  const manifestPath = join(distFolder, "manifest.json");
  const source = await obtainModel(options.model, options);
  // Without a manifest until all three fit it.
  await rm(manifestPath, { force: true });
  const graphFolder = join(distFolder, ".graph");
  const variant =
    options.variant === undefined
      ? await makeDefaultVariant(source, graphFolder)
      : await makeVariant(source, options.variant, graphFolder);
  const compiled = await compileModelTokenizer(variant.model, join(distFolder, ".model"));
  const { model } = compiled;
  const functionZip = await buildFunctionZip({ distFolder });
  const unzippedBytes = checkBudget({
    "function.zip": [{ path: "function.zip", bytes: functionZip.unzippedBytes }],
    "dependencies-layer.zip": await dependenciesContents(architecture),
    "model-layer.zip": modelContents(model),
  });
  const build: Build = {
    architecture,
    model: options.model,
    variant,
    compiled,
    unzippedBytes,
    functionZip,
    dependenciesLayer: await buildDependenciesLayer({ distFolder, architecture }),
    modelLayer: await buildModelLayer({ distFolder, model }),
  };
  await writeFile(manifestPath, `${JSON.stringify(toManifest(build), null, 2)}\n`);
  return build;
}

function toManifest(build: Build): object {
  const { architecture, model, variant, unzippedBytes } = build;
  const file = ({ path: _, ...facts }: Artefact) => facts;
  return {
    architecture,
    model,
    variant: variant.model.manifest.variant,
    unzippedBytes,
    limitBytes,
    shareOfLimit: Number((unzippedBytes / limitBytes).toFixed(4)),
    files: {
      "function.zip": file(build.functionZip),
      "dependencies-layer.zip": file(build.dependenciesLayer),
      "model-layer.zip": file(build.modelLayer),
    },
  };
}
