/** The progress of a download → a bar for each file at a terminal, elsewhere a line for each. */
import { isModelId, models } from "../models.ts";
import { progressBar } from "../progress-bar.ts";
import type { DownloadProgress } from "./download.ts";

export interface ProgressDisplay {
  show(progress: DownloadProgress): void;
  /** Ends the last line; writes nothing where nothing was downloaded. */
  end(): void;
}

/** Shows, before the first file of a registry's model, whose it is and under which licence. */
export function createProgressDisplay(model: string, stream: NodeJS.WriteStream): ProgressDisplay {
  let shownPath: string | undefined;
  let shownPercent = -1;

  function beginFile(path: string): void {
    if (shownPath === undefined && isModelId(model)) {
      const { repository, licence } = models[model];
      stream.write(`Downloading ${repository}, under the ${licence.name} (${licence.url})\n`);
    }
    if (shownPath !== undefined && stream.isTTY) stream.write("\n");
    if (!stream.isTTY) stream.write(`  ${path}\n`);
    shownPath = path;
    shownPercent = -1;
  }

  return {
    show({ path, receivedBytes, totalBytes }) {
      if (path !== shownPath) beginFile(path);
      const percent = Math.floor((100 * receivedBytes) / totalBytes);
      if (!stream.isTTY || percent === shownPercent) return;
      shownPercent = percent;
      const megabytes = `${(receivedBytes / 1e6).toFixed(1)} of ${(totalBytes / 1e6).toFixed(1)} MB`;
      stream.write(`\r\x1b[K  ${progressBar(percent)}  ${path}  ${megabytes}`);
    },
    end() {
      if (shownPath !== undefined && stream.isTTY) stream.write("\n");
    },
  };
}
