/** A pinned model and a folder → the folder with the model's verified files, and their manifest as the last one. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ModelFile, ModelManifest } from "../../function/model/manifest.ts";
import { createManifest, type PinnedModel } from "../models.ts";
import { transferFile } from "./transfer.ts";

export interface DownloadProgress {
  /** Of the file, inside the model's folder. */
  readonly path: string;
  readonly receivedBytes: number;
  readonly totalBytes: number;
}

export interface DownloadOptions {
  readonly onProgress?: (progress: DownloadProgress) => void;
  /** Without it the variable HF_ENDPOINT decides, as for the Hugging Face tools. */
  readonly hubUrl?: string;
  readonly retryDelayMilliseconds?: number;
}

/**
 * Downloads what the folder lacks. A folder with a `manifest.json` is complete.
 * @throws what {@link transferFile} throws
 */
export async function downloadModel(
  id: string,
  model: PinnedModel,
  folder: string,
  options: DownloadOptions = {},
): Promise<ModelManifest> {
  await downloadFiles(model, model.files, folder, options);
  const manifest = createManifest(id, model);
  const path = join(folder, "manifest.json");
  await writeFile(`${path}.part`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${path}.part`, path);
  return manifest;
}

/**
 * Downloads those files of the model's repository that the folder lacks.
 * @throws what {@link transferFile} throws
 */
export async function downloadFiles(
  { repository, revision }: Pick<PinnedModel, "repository" | "revision">,
  files: readonly Readonly<ModelFile>[],
  folder: string,
  options: DownloadOptions = {},
): Promise<void> {
  const {
    onProgress,
    hubUrl = process.env.HF_ENDPOINT || "https://huggingface.co",
    retryDelayMilliseconds = 1000,
  } = options;
  const base = `${hubUrl.replace(/\/+$/, "")}/${repository}/resolve/${revision}`;
  for (const file of files) {
    await transferFile(`${base}/${file.path}`, join(folder, file.path), file, {
      onReceived: (receivedBytes) =>
        onProgress?.({ path: file.path, receivedBytes, totalBytes: file.bytes }),
      retryDelayMilliseconds,
    });
  }
}
