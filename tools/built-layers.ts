/** The folder that `npm run build` writes into → whether what lies there fits the settings. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as v from "valibot";
import type { Architecture } from "../layers/dependencies/contents.ts";
import { digestFileIfPresent } from "../layers/model/digest.ts";
import { type ModelSource, modelSources } from "../layers/model-source.ts";
import { type Quantization, variantOf } from "../layers/quantization.ts";
import { CheckFailedError } from "./checks.ts";

const manifestSchema = v.object({
  architecture: v.string(),
  model: v.string(),
  variant: v.string(),
  modelSource: v.optional(v.picklist(modelSources), "layer"),
  shareOfLimit: v.number(),
  files: v.record(v.string(), v.object({ sha256: v.string() })),
});

/** What the layers are built for. */
export interface LayerSettings {
  readonly model: string;
  readonly architecture: Architecture;
  readonly quantization: Quantization;
  readonly modelSource: ModelSource;
}

/** The command's words behind `npm`. */
export function buildWords(settings: LayerSettings): string[] {
  const { model, architecture, quantization, modelSource } = settings;
  const { variant } = variantOf(quantization);
  return [
    ...["run", "build", "--", "--model", model, "--architecture", architecture],
    ...(variant === undefined ? [] : ["--variant", variant]),
    ...(modelSource === "layer" ? [] : ["--model-source", modelSource]),
  ];
}

/**
 * Gives how much of what Lambda takes they are; above 1 there would be no manifest.
 * @throws {CheckFailedError} when they are missing, changed, or built for other settings
 */
export async function verifyBuiltLayers(
  distFolder: string,
  settings: LayerSettings,
): Promise<number> {
  const { model, architecture, quantization, modelSource } = settings;
  const fail = (problem: string) =>
    new CheckFailedError(`${problem}. Run: npm ${buildWords(settings).join(" ")}`);
  const text = await readFile(join(distFolder, "manifest.json"), "utf8").catch(() => "null");
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), manifestSchema), text);
  if (!parsed.success) throw fail("They are not built");
  const built = parsed.output;
  if (built.model !== model || built.architecture !== architecture) {
    throw fail(`They are built for ${built.model} on ${built.architecture}`);
  }
  if ((built.variant === "int8") !== (quantization === "int8")) {
    throw fail(`Their graph is ${built.variant}, and the quantization is ${quantization}`);
  }
  if (built.modelSource !== modelSource) {
    throw fail(`Their model is for ${built.modelSource}, and modelSource is ${modelSource}`);
  }
  for (const [name, { sha256 }] of Object.entries(built.files)) {
    const found = await digestFileIfPresent(join(distFolder, name));
    if (found?.sha256 !== sha256) {
      throw fail(`${name} is ${found === undefined ? "missing" : "not the one that was built"}`);
    }
  }
  return built.shareOfLimit;
}
