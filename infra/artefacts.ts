/** Takes the settings of the model and gives what is deployed of it and the function, built where it has changed. */
import * as pulumi from "@pulumi/pulumi";
import { type Build, buildAll } from "../layers/build.ts";
import type { Architecture } from "../layers/dependencies/contents.ts";
import type { ModelSource } from "../layers/model-source.ts";
import { type Quantization, variantOf } from "../layers/quantization.ts";

/** The zips cannot be built. A RunError, since the CLI prints these without a stack. */
export class ArtefactsError extends pulumi.RunError {
  override readonly name = "ArtefactsError";
  override readonly cause: unknown;
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause));
    this.cause = cause;
  }
}

/** Builds into `distFolder` as `npm run build` does; throws ArtefactsError with what stands in the way. */
export async function buildArtefacts(
  distFolder: string,
  {
    architecture,
    model,
    quantization,
    modelSource,
  }: {
    readonly architecture: Architecture;
    readonly model: string;
    readonly quantization: Quantization;
    readonly modelSource: ModelSource;
  },
): Promise<Build> {
  try {
    return await buildAll({
      distFolder,
      architecture,
      model,
      ...variantOf(quantization),
      modelSource,
    });
  } catch (cause) {
    throw new ArtefactsError(cause);
  }
}
