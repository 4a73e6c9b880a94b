/** A format → the function that reads it, loaded only now: each is a file of its own in the function's zip. */
import type { Extraction, ThreadedTextFormat } from "./extraction-thread.ts";
import type { BinaryFormat } from "./formats.ts";
import type { Extracted } from "./structure.ts";

export type Extractor<Content> = (content: Content) => Extracted | Promise<Extracted>;

export const textExtractors: Readonly<
  Record<ThreadedTextFormat, () => Promise<Extractor<string>>>
> = {
  html: async () => (await import("./html.ts")).readHtml,
  csv: async () => (await import("./csv.ts")).readCsv,
  tsv: async () => (await import("./csv.ts")).readTsv,
  json: async () => (await import("./json.ts")).readJson,
  jsonl: async () => (await import("./json.ts")).readJsonLines,
  xml: async () => (await import("./xml.ts")).readXml,
  subtitles: async () => (await import("./subtitles.ts")).readSubtitles,
};

export const binaryExtractors: Readonly<
  Record<BinaryFormat, () => Promise<Extractor<Uint8Array>>>
> = {
  pdf: async () => (await import("./pdf.ts")).readPdf,
  docx: async () => (await import("./docx.ts")).readDocx,
  xlsx: async () => (await import("./xlsx.ts")).readXlsx,
  pptx: async () => (await import("./pptx.ts")).readPptx,
  odt: async () => (await import("./odt.ts")).readOdt,
  rtf: async () => (await import("./rtf.ts")).readRtf,
  epub: async () => (await import("./epub.ts")).readEpub,
  email: async () => (await import("./email.ts")).readEmail,
};

/** Loads what reads a document, and gives how to read it. */
export async function loadExtractor(
  extraction: Extraction,
): Promise<() => Extracted | Promise<Extracted>> {
  if ("bytes" in extraction) {
    const read = await binaryExtractors[extraction.format]();
    return () => read(extraction.bytes);
  }
  const read = await textExtractors[extraction.format]();
  return () => read(extraction.text);
}
