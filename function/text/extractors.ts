/** A format → the function that reads it, loaded only now: each is a file of its own in the function's zip. */
import type { ThreadedFormat } from "./extraction-thread.ts";
import type { Extracted } from "./structure.ts";

export type Extractor = (text: string) => Extracted;

export const loadExtractor: Readonly<Record<ThreadedFormat, () => Promise<Extractor>>> = {
  html: async () => (await import("./html.ts")).readHtml,
  csv: async () => (await import("./csv.ts")).readCsv,
  tsv: async () => (await import("./csv.ts")).readTsv,
  json: async () => (await import("./json.ts")).readJson,
  jsonl: async () => (await import("./json.ts")).readJsonLines,
  xml: async () => (await import("./xml.ts")).readXml,
  subtitles: async () => (await import("./subtitles.ts")).readSubtitles,
};
