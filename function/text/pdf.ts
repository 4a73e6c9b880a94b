/** A PDF → its text, page by page, as headings and paragraphs: what its lines' places and sizes tell of them. */
// pdf.js itself, built for where there is no browser. Its entry would load it dynamically.
import { getDocument } from "unpdf/pdfjs";
import { UnreadableDocumentError } from "../errors.ts";
import { type PdfLine, readLines, withoutRunningLines } from "./pdf-lines.ts";
import { readParagraphs } from "./pdf-paragraphs.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";

/**
 * Reads the text.
 * @throws {UnreadableDocumentError} for one that is encrypted or has no text
 */
export async function readPdf(bytes: Uint8Array): Promise<Extracted> {
  const document = await openDocument(bytes);
  const pages: PdfLine[][] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    pages.push(readLines(items.flatMap((item) => ("str" in item ? [item] : []))));
    page.cleanup();
  }
  if (pages.every((lines) => lines.length === 0)) {
    throw new UnreadableDocumentError(
      `its ${pages.length} pages hold no text, as those of a scan do. Run it through text recognition (OCR) first.`,
    );
  }
  const builder = createStructureBuilder();
  for (const { page, text, level } of readParagraphs(withoutRunningLines(pages))) {
    builder.page(page);
    if (level === undefined) builder.paragraph(text);
    else builder.heading(level, text);
  }
  const { info } = await document.getMetadata();
  return builder.build("Title" in info && typeof info.Title === "string" ? info.Title : undefined);
}

async function openDocument(bytes: Uint8Array) {
  try {
    return await getDocument({
      // It takes the buffer away.
      data: new Uint8Array(bytes),
      isEvalSupported: false,
      // Else it would look for fonts to draw with.
      useSystemFonts: true,
      // Errors are thrown, and warnings nobody reads.
      verbosity: 0,
    }).promise;
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === "PasswordException")) throw cause;
    throw new UnreadableDocumentError(
      "it is encrypted with a password. Save it without one and upload it again.",
      { cause },
    );
  }
}
