/** A model's name or path → its folder and manifest, and where its local state is kept. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ModelManifest, modelName } from "../function/model/manifest.ts";
import type { DownloadProgress } from "../layers/model/download.ts";
import { obtainModel } from "../layers/model/obtain.ts";
import { isModelId, models } from "../layers/models.ts";

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
  const progress = createDownloadProgress(model, stream);
  const { folder, manifest } = await obtainModel(model, { onProgress: progress.show });
  progress.end();
  return { folder, manifest, stateFolder: join(state, modelName(manifest).replaceAll("/", "-")) };
}

/** A bar for each file at a terminal, elsewhere a line for each; nothing where nothing is downloaded. */
function createDownloadProgress(model: string, stream: NodeJS.WriteStream) {
  let shownPath: string | undefined;
  let shownPercent = 0;
  const beginFile = (path: string) => {
    if (shownPath === undefined && isModelId(model)) {
      const { repository, licence } = models[model];
      stream.write(`\nDownloading ${repository}, under the ${licence.name} (${licence.url})\n`);
    }
    if (shownPath !== undefined && stream.isTTY) stream.write("\n");
    if (!stream.isTTY) stream.write(`  ${path}\n`);
    shownPath = path;
    shownPercent = -1;
  };
  return {
    show({ path, receivedBytes, totalBytes }: DownloadProgress) {
      if (path !== shownPath) beginFile(path);
      const percent = Math.floor((100 * receivedBytes) / totalBytes);
      if (!stream.isTTY || percent === shownPercent) return;
      shownPercent = percent;
      const bar = "█".repeat(percent / 4).padEnd(25, "░");
      const megabytes = `${(receivedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`;
      stream.write(`\r\x1b[K  ${bar} ${String(percent).padStart(3)} %  ${path}  ${megabytes}`);
    },
    end() {
      if (shownPath !== undefined && stream.isTTY) stream.write("\n");
    },
  };
}
