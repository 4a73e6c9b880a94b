/** How many of how many objects are done → a bar at a terminal, elsewhere a line for each tenth. */
import { progressBar } from "../layers/progress-bar.ts";

export interface ProgressDisplay {
  show(progress: { readonly published: number; readonly total: number }): void;
  /** Ends the last line. */
  end(): void;
}

export function createProgressDisplay(
  rate: number,
  stream: { readonly isTTY: boolean; write(text: string): boolean } = process.stderr,
): ProgressDisplay {
  let shownTenth = -1;
  let isShown = false;
  return {
    show({ published, total }) {
      const percent = total === 0 ? 100 : Math.floor((100 * published) / total);
      const tenth = Math.floor(percent / 10);
      if (!stream.isTTY && tenth === shownTenth) return;
      shownTenth = tenth;
      isShown = true;
      const left = describeSeconds(Math.ceil((total - published) / rate));
      const line = `${progressBar(percent)}  ${published} of ${total} objects, ${left} left`;
      stream.write(stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end() {
      if (isShown && stream.isTTY) stream.write("\n");
    },
  };
}

/** In the largest unit that it has two of. */
export function describeSeconds(seconds: number): string {
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
  ] as const;
  for (const [unit, length] of units) {
    if (seconds >= 2 * length) return `${Math.floor(seconds / length)} ${unit}`;
  }
  return `${seconds} s`;
}
