/** A model's id or a folder's path → the folder with its verified files, and its manifest; in fp32 too. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModelManifest } from "../../function/model/manifest.ts";
import { isModelId, models, type PinnedModel } from "../models.ts";
import { describeModel } from "./describe.ts";
import { type DownloadOptions, downloadFiles, downloadModel } from "./download.ts";
import { UnknownModelError } from "./errors.ts";
import { verifyModelFolder } from "./verify.ts";

export interface Model {
  readonly folder: string;
  readonly manifest: ModelManifest;
}

export interface ObtainOptions extends DownloadOptions {
  /** Where downloaded models are kept. */
  readonly downloadFolder?: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Gives the model that lies in the repository's `models/`, else the pinned one of that id, which is
 * downloaded into `downloadFolder` (`.local/models/`), else the one in the folder.
 * @throws {UnknownModelError} when the name is no id and no folder
 * @throws {ModelFolderError} when the folder does not hold what it should
 * @throws what {@link downloadModel} throws
 */
export async function obtainModel(name: string, options: ObtainOptions = {}): Promise<Model> {
  const { downloadFolder = join(root, ".local", "models") } = options;
  if (isModelId(name) && !(await isFolder(join(root, "models", name)))) {
    const folder = join(downloadFolder, name);
    return { folder, manifest: await downloadModel(name, models[name], folder, options) };
  }
  const folder = isModelId(name) ? join(root, "models", name) : name;
  if (!(await isFolder(folder))) throw new UnknownModelError(name, Object.keys(models));
  const manifest = await describeModel(folder);
  await verifyModelFolder(folder, manifest);
  return { folder, manifest };
}

/**
 * Gives the same model in fp32, downloaded beside the model where it is a pinned one. It is as large as 1.2 GB.
 * @param name as for {@link obtainModel}, which gave `model`
 * @throws {ModelFolderError} when there is none
 * @throws what {@link downloadFiles} throws
 */
export async function obtainFullPrecision(
  name: string,
  { folder, manifest }: Model,
  options: ObtainOptions = {},
): Promise<Model> {
  const pinned: PinnedModel | undefined = isModelId(name) ? models[name] : undefined;
  if (pinned?.fullPrecision === undefined) {
    return { folder, manifest: await describeModel(folder, { dtype: "fp32" }) };
  }
  const { graph, files } = pinned.fullPrecision;
  await downloadFiles(pinned, files, folder, options);
  const tokenizer = manifest.files.filter(({ path }) => path === manifest.tokenizer);
  return {
    folder,
    manifest: { ...manifest, dtype: "fp32", graph, files: [...files, ...tokenizer] },
  };
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() ?? false;
}
