/** A model's name or path → its folder and manifest, and where its local state is kept. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ModelManifest, readManifest } from "../function/model/manifest.ts";

export interface LocalModel {
  readonly folder: string;
  readonly manifest: ModelManifest;
  /** Each model has a database of its own, since the table's dimension is the model's. */
  readonly stateFolder: string;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const embeddedModel = "all-MiniLM-L6-v2";

export async function resolveModel(
  { model = embeddedModel, state }: { readonly model?: string; readonly state?: string },
  _stream: NodeJS.WriteStream,
): Promise<LocalModel> {
  const folder = join(root, "models", model);
  const manifest = await readManifest(folder);
  return { folder, manifest, stateFolder: join(state ?? join(root, ".local"), manifest.id) };
}
