/** An OpenDocument text (.odt) → its headings, paragraphs, lists, tables and footnotes. */
import { UnreadableDocumentError } from "../errors.ts";
import { attributeOf, childrenOf, descendantsOf, openOfficePackage } from "./office-package.ts";
import { createStructureBuilder, type Extracted, type StructureBuilder } from "./structure.ts";
import { isElement, textOf, type XmlElement } from "./xml-elements.ts";

/** What a reader does not see, or sees again elsewhere: deleted text, comments, tables of contents. */
const unread =
  /^(?:tracked-changes|annotation|annotation-end|(?:table-of-content|[a-z]+-index|bibliography)|forms|[a-z]+-decls)$/;

/**
 * Reads the document. https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part3-schema/
 * @throws {UnreadableDocumentError} for one that is encrypted, or without its content
 */
export function readOdt(bytes: Uint8Array): Extracted {
  const file = openOfficePackage(bytes);
  if (descendantsOf(file.read("META-INF/manifest.xml"), "encryption-data").length > 0) {
    throw new UnreadableDocumentError(
      "it is encrypted with a password. Save it without one and upload it again.",
    );
  }
  const content = file.part("content.xml");
  const titleStyles = new Set([
    "Title",
    ...childrenOf(childrenOf(content, "automatic-styles")[0], "style")
      .filter((style) => attributeOf(style, "parent-style-name") === "Title")
      .map((style) => attributeOf(style, "name")),
  ]);
  const builder = createStructureBuilder();
  const reader = { builder, isTitle: (style: string) => titleStyles.has(style) };
  for (const body of childrenOf(childrenOf(content, "body")[0], "text"))
    readBlocks(body, reader, undefined);
  return builder.build(descendantsOf(file.read("meta.xml"), "title").map(textOf)[0]);
}

interface Reader {
  readonly builder: StructureBuilder;
  /** Whether paragraphs of that style are the document's title. */
  isTitle(style: string): boolean;
}

/** `depth` is that of the list that they stand in, from 0. */
function readBlocks(parent: XmlElement, reader: Reader, depth: number | undefined): void {
  for (const block of parent.children.filter(isElement)) {
    if (unread.test(block.name)) continue;
    if (block.name === "h" || block.name === "p") readParagraph(block, reader, depth);
    else if (block.name === "list") readBlocks(block, reader, depth === undefined ? 0 : depth + 1);
    else if (block.name === "table") readTable(block, reader);
    else readBlocks(block, reader, depth);
  }
}

function readParagraph(block: XmlElement, reader: Reader, depth: number | undefined): void {
  const { builder, isTitle } = reader;
  const text = inlineText(block);
  if (block.name === "h") builder.heading(Number(attributeOf(block, "outline-level")) || 1, text);
  else if (isTitle(attributeOf(block, "style-name"))) builder.heading(1, text);
  else if (depth === undefined) builder.paragraph(text);
  else builder.item(depth, text);
  // What stands beside it: boxes and footnotes.
  for (const name of ["text-box", "note-body"])
    for (const beside of descendantsOf(block, name)) readBlocks(beside, reader, undefined);
}

function readTable(table: XmlElement, { builder }: Reader): void {
  const header = childrenOf(table, "table-header-rows").flatMap((rows) =>
    childrenOf(rows, "table-row"),
  );
  const rows = descendantsOf(table, "table-row").map((row) =>
    row.children
      .filter(isElement)
      .filter(({ name }) => /^(?:covered-)?table-cell$/.test(name))
      .map((cell) =>
        [...descendantsOf(cell, "h"), ...descendantsOf(cell, "p")].map(inlineText).join(" "),
      ),
  );
  builder.table(rows, header.length > 0);
}

/** Spaces, tabs and breaks are elements where they are to be kept. */
function inlineText({ children }: XmlElement): string {
  return children
    .map((child) => {
      if (!isElement(child)) return child.replaceAll(/\s+/g, " ");
      if (child.name === "s" || child.name === "tab") return " ";
      if (child.name === "line-break") return "\n";
      return unread.test(child.name) || /^(?:frame|note-body)$/.test(child.name)
        ? ""
        : inlineText(child);
    })
    .join("");
}
