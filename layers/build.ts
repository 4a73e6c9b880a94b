/** A model and an architecture → the function's zip and its two layers, as Lambda takes them. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { GraphVariant } from "../function/model/manifest.ts";
import { type Artefact, writeArtefact } from "./artefact.ts";
import { checkBudget, limitBytes } from "./budget.ts";
import { type Architecture, dependenciesContents } from "./dependencies/contents.ts";
import { functionContents } from "./function/contents.ts";
import { modelContents } from "./model/contents.ts";
import { type ObtainOptions, obtainModel } from "./model/obtain.ts";
import { makeDefaultVariant, makeVariant, type VariantModel } from "./model/variant.ts";

export interface Build {
  readonly architecture: Architecture;
  /** As it was asked for: an id or a path. */
  readonly model: string;
  readonly variant: VariantModel;
  readonly unzippedBytes: number;
  readonly functionZip: Artefact;
  readonly dependenciesLayer: Artefact;
  readonly modelLayer: Artefact;
}

/**
 * Builds the zips of the function, of its dependencies and of the model, and `manifest.json` with their sizes
 * and digests.
 * @param options.distFolder where they are written
 * @param options.model an id of the registry, which is downloaded where needed, or a folder's path
 * @param options.variant of the graph; without it {@link makeDefaultVariant} decides
 * @throws {SizeBudgetError} before a zip is written, when Lambda would not take them
 * @throws what {@link obtainModel} and {@link makeVariant} throw
 */
export async function buildAll(
  options: ObtainOptions & {
    readonly distFolder: string;
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
  const modelFolder = join(distFolder, ".model");
  const variant =
    options.variant === undefined
      ? await makeDefaultVariant(source, modelFolder)
      : await makeVariant(source, options.variant, modelFolder);
  const contents = {
    "function.zip": await functionContents(),
    "dependencies-layer.zip": await dependenciesContents(architecture),
    "model-layer.zip": await modelContents(variant.model),
  };
  const unzippedBytes = checkBudget(contents);
  const writeZip = (name: keyof typeof contents) =>
    writeArtefact(join(distFolder, name), contents[name]);
  const build: Build = {
    architecture,
    model: options.model,
    variant,
    unzippedBytes,
    functionZip: await writeZip("function.zip"),
    dependenciesLayer: await writeZip("dependencies-layer.zip"),
    modelLayer: await writeZip("model-layer.zip"),
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
