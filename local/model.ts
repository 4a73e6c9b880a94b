/** A model's name or path → its folder and manifest, and where its local state is kept. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ModelManifest, modelName } from "../function/model/manifest.ts";
import { obtainModel } from "../layers/model/obtain.ts";
import { createProgressDisplay } from "../layers/model/progress.ts";

export interface LocalModel {
  readonly folder: string;
  readonly manifest: ModelManifest;
  /** Each model has a database of its own: the table's dimensions are the model's. */
  readonly stateFolder: string;
}

/** Lies in the repository: the first run needs no download. */
const embeddedModel = "all-MiniLM-L6-v2";
const localFolder = fileURLToPath(new URL("../.local", import.meta.url));

/**
 * Finds the model, and downloads it if it has to be, with its progress on the stream.
 * @throws what {@link obtainModel} throws
 */
export async function resolveModel(
  {
    model = embeddedModel,
    state = localFolder,
  }: { readonly model?: string; readonly state?: string },
  stream: NodeJS.WriteStream,
): Promise<LocalModel> {
  const progress = createProgressDisplay(model, stream);
  const { folder, manifest } = await obtainModel(model, { onProgress: progress.show });
  progress.end();
  return { folder, manifest, stateFolder: join(state, modelName(manifest).replaceAll("/", "-")) };
}
