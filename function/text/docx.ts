/** A Word document (.docx) → its headings, paragraphs, lists and tables, through the HTML that stands for it. */
import mammoth from "mammoth";
import { parseHtmlBody, readHtmlElement } from "./html-elements.ts";
import { openOfficePackage } from "./office-package.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";

/** Word's own titles, beside the headings that the library knows. */
const styleMap = ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"];

/**
 * Reads the document.
 * @throws {UnreadableDocumentError} for XML that is not well-formed: the library's time grows with the square of it
 * @throws what the library throws for what is no document
 */
export async function readDocx(bytes: Uint8Array): Promise<Extracted> {
  const file = openOfficePackage(bytes);
  for (const path of file.paths)
    if (/^(?:\[Content_Types\]|_rels\/|word\/)/.test(path)) file.read(path);
  const { value: html } = await mammoth.convertToHtml(
    { buffer: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) },
    // A picture would be in the page as text, a third longer than it is.
    { styleMap, convertImage: mammoth.images.imgElement(async () => ({ src: "" })) },
  );
  const builder = createStructureBuilder();
  readHtmlElement(parseHtmlBody(html), builder);
  return builder.build();
}
