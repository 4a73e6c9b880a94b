/** A model and an architecture → the function's zip and its layers, as Lambda takes them, or the model for S3. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphVariant } from "../function/model/manifest.ts";
import { type Artefact, writeArtefact } from "./artefact.ts";
import { checkBudget, limitBytes } from "./budget.ts";
import { type Architecture, dependenciesContents } from "./dependencies/contents.ts";
import { functionContents } from "./function/contents.ts";
import { type CompiledModel, compileModelTokenizer } from "./model/compiled-model.ts";
import { modelContents } from "./model/contents.ts";
import {
  type Model,
  type ObtainOptions,
  obtainFullPrecision,
  obtainModel,
} from "./model/obtain.ts";
import { makeDefaultVariant, makeVariant, type VariantModel } from "./model/variant.ts";
import { type ModelObjects, writeModelObjects } from "./model-objects.ts";
import type { ModelSource } from "./model-source.ts";

const modelLayerName = "model-layer.zip";
const modelFolderName = "model";

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
  return writeArtefact(join(options.distFolder, modelLayerName), modelContents(options.model));
}

interface BuildWithoutModel {
  readonly architecture: Architecture;
  /** As it was asked for: an id or a path. */
  readonly model: string;
  readonly variant: VariantModel;
  /** The model as it is in the layer, or in S3. */
  readonly compiled: CompiledModel;
  /** Of what Lambda's limit is for. */
  readonly unzippedBytes: number;
  readonly functionZip: Artefact;
  readonly dependenciesLayer: Artefact;
}

export interface LayerBuild extends BuildWithoutModel {
  readonly modelLayer: Artefact;
  readonly modelObjects?: undefined;
}

/** Has no model layer, and its size budget no model. */
export interface S3Build extends BuildWithoutModel {
  readonly modelLayer?: undefined;
  readonly modelObjects: ModelObjects;
}

export type Build = LayerBuild | S3Build;

type BuildOptions<Source extends ModelSource> = BuildFolder &
  ObtainOptions & {
    readonly model: string;
    readonly architecture: Architecture;
    readonly variant?: GraphVariant;
    readonly modelSource?: Source;
  };

/**
 * Builds all three, and `manifest.json` with their sizes and digests.
 * @param options.model an id of the registry, which is downloaded where needed, or a folder's path
 * @param options.variant of the graph; without it {@link makeDefaultVariant} decides
 * @param options.modelSource with `s3` the folder `model` with the objects is written in place of the model layer
 * @throws {SizeBudgetError} before a layer is written, when Lambda would not take them
 * @throws what {@link obtainModel}, {@link obtainFullPrecision} and {@link makeVariant} throw
 */
export async function buildAll(options: BuildOptions<"layer">): Promise<LayerBuild>;
export async function buildAll(options: BuildOptions<"s3">): Promise<S3Build>;
export async function buildAll(options: BuildOptions<ModelSource>): Promise<Build>;
export async function buildAll(options: BuildOptions<ModelSource>): Promise<Build> {
  const { distFolder, architecture } = options;
  const manifestPath = join(distFolder, "manifest.json");
  const source = await obtainModel(options.model, options);
  // Without a manifest until all three fit it.
  await rm(manifestPath, { force: true });
  const graphFolder = join(distFolder, ".graph");
  const variant =
    options.variant === undefined
      ? await makeDefaultVariant(source, graphFolder)
      : await makeVariant(source, options.variant, graphFolder, {
          ...(options.variant === "int8" && {
            fullPrecision: await obtainFullPrecision(options.model, source, options),
          }),
        });
  const compiled = await compileModelTokenizer(variant.model, join(distFolder, ".model"));
  const { model } = compiled;
  const functionZip = await buildFunctionZip({ distFolder });
  const isInLayer = options.modelSource !== "s3";
  const unzippedBytes = checkBudget({
    "function.zip": [{ path: "function.zip", bytes: functionZip.unzippedBytes }],
    "dependencies-layer.zip": await dependenciesContents(architecture),
    ...(isInLayer && { [modelLayerName]: modelContents(model) }),
  });
  const withoutModel: BuildWithoutModel = {
    architecture,
    model: options.model,
    variant,
    compiled,
    unzippedBytes,
    functionZip,
    dependenciesLayer: await buildDependenciesLayer({ distFolder, architecture }),
  };
  const objectsFolder = join(distFolder, modelFolderName);
  // What another build left of the other kind would look as if it belonged to this one.
  await rm(isInLayer ? objectsFolder : join(distFolder, modelLayerName), {
    recursive: true,
    force: true,
  });
  const build: Build = isInLayer
    ? { ...withoutModel, modelLayer: await buildModelLayer({ distFolder, model }) }
    : { ...withoutModel, modelObjects: await writeModelObjects(objectsFolder, model) };
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
    ...(build.modelObjects && { modelSource: "s3" }),
    unzippedBytes,
    limitBytes,
    shareOfLimit: Number((unzippedBytes / limitBytes).toFixed(4)),
    files: {
      "function.zip": file(build.functionZip),
      "dependencies-layer.zip": file(build.dependenciesLayer),
      ...(build.modelLayer && { [modelLayerName]: file(build.modelLayer) }),
      ...Object.fromEntries(
        (build.modelObjects?.objects ?? []).map(({ path, bytes, sha256 }) => [
          `${modelFolderName}/${path}`,
          { bytes, sha256 },
        ]),
      ),
    },
  };
}
