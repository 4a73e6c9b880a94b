/** The moments of a program's first embedding → the phases of its cold start, and its memory. */
import { now, peakBytes, report } from "./report.ts";

/** The text is without the prompt. No library reads them: what it costs to load is measured here. */
export const [folder = "", dtype = "", prompt = "", text = ""] = process.argv.slice(2);

/** How often the text is embedded again before the memory counts as steady: the buffers are there by then. */
const repetitions = 1;

/**
 * Opens the model, embeds once, and embeds again for the steady memory.
 * @param open loads the code, makes the clients and opens the model; gives what embeds the text, and when the
 * code was loaded
 */
export async function reportColdStart(
  open: () => Promise<{ readonly loadedAt: number; readonly embed: () => Promise<unknown> }>,
): Promise<void> {
  const { loadedAt, embed } = await open();
  const readyAt = now();
  await embed();
  const embeddedAt = now();
  const firstPeakBytes = peakBytes();
  for (let repetition = 0; repetition < repetitions; repetition += 1) await embed();
  report({
    nodeAt: performance.timeOrigin + performance.nodeTiming.bootstrapComplete,
    loadedAt,
    readyAt,
    embeddedAt,
    peakBytes: firstPeakBytes,
    steadyBytes: process.memoryUsage().rss,
  });
}
