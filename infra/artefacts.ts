/** Takes the model and architecture settings and gives the three zips that are deployed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";
import type { Architecture } from "./lambda-runtime.ts";

export interface Zip {
  readonly path: string;
  /** In hex. */
  readonly sha256: string;
}

export interface Artefacts {
  readonly functionZip: Zip;
  readonly dependenciesLayer: Zip;
  readonly modelLayer: Zip;
}

const zipSchema = v.object({ sha256: v.pipe(v.string(), v.hash(["sha256"])) });
const manifestSchema = v.object({
  architecture: v.string(),
  model: v.string(),
  files: v.object({
    "function.zip": zipSchema,
    "dependencies-layer.zip": zipSchema,
    "model-layer.zip": zipSchema,
  }),
});

/** The zips are missing, or were built for other settings. */
export class ArtefactsError extends pulumi.RunError {
  override readonly name = "ArtefactsError";
}

/** Reads what `npm run build` wrote into `distFolder`; throws ArtefactsError where it does not fit. */
export function readArtefacts(
  distFolder: string,
  settings: { readonly architecture: Architecture; readonly model: string },
): Artefacts {
  const build = `npm run build -- --model ${settings.model} --architecture ${settings.architecture}`;
  const path = join(distFolder, "manifest.json");
  if (!existsSync(path)) throw new ArtefactsError(`${path} is missing. Run: ${build}`);
  const parsed = v.safeParse(manifestSchema, JSON.parse(readFileSync(path, "utf8")));
  if (!parsed.success) {
    throw new ArtefactsError(`${path} is not what this version writes. Run: ${build}`);
  }
  const { architecture, model, files } = parsed.output;
  if (architecture !== settings.architecture || model !== settings.model) {
    throw new ArtefactsError(
      `${distFolder} holds ${model} for ${architecture}, and the settings ask for ` +
        `${settings.model} for ${settings.architecture}. Run: ${build}`,
    );
  }
  const zip = (name: keyof typeof files): Zip => ({
    path: join(distFolder, name),
    sha256: files[name].sha256,
  });
  return {
    functionZip: zip("function.zip"),
    dependenciesLayer: zip("dependencies-layer.zip"),
    modelLayer: zip("model-layer.zip"),
  };
}
