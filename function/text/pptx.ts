/** A presentation (.pptx) → its slides in their order, each below its title, with the speaker's notes. */
import {
  attributeOf,
  childrenOf,
  descendantsOf,
  type OfficePackage,
  openOfficePackage,
} from "./office-package.ts";
import { createStructureBuilder, type Extracted, type StructureBuilder } from "./structure.ts";
import { isElement, type XmlElement } from "./xml-elements.ts";

const presentationPath = "ppt/presentation.xml";

/**
 * Reads what is written on the slides; the number of a slide is its page.
 * @throws {UnreadableDocumentError} for a presentation that has not all of its slides
 */
export function readPptx(bytes: Uint8Array): Extracted {
  const file = openOfficePackage(bytes);
  const relations = file.relations(presentationPath);
  const builder = createStructureBuilder();
  for (const [index, slide] of descendantsOf(file.part(presentationPath), "sldId").entries()) {
    const path = relations.get(relationOf(slide))?.path ?? "";
    builder.page(index + 1);
    readSlide(file, path, builder);
  }
  return builder.build();
}

/** `r:id`, beside an `id` of the slide's own. */
function relationOf({ attributes }: XmlElement): string {
  return attributes.find(([name, value]) => name === "id" && !/^\d+$/.test(value))?.[1] ?? "";
}

function readSlide(file: OfficePackage, path: string, builder: StructureBuilder): void {
  const shapes = shapesOf(file.part(path));
  const title = shapes.find((shape) => /^(title|ctrTitle)$/.test(placeholderOf(shape)));
  if (title !== undefined) builder.heading(1, paragraphsOf(title).map(textOfRuns).join(" "));
  for (const shape of shapes) if (shape !== title) readShape(shape, builder);
  const notes = [...file.relations(path).values()].find(({ kind }) => kind === "notesSlide");
  if (notes === undefined) return;
  for (const shape of shapesOf(file.read(notes.path))) {
    // The others are the picture of the slide, its number and the date.
    if (placeholderOf(shape) === "body") readShape(shape, builder);
  }
}

/** What is drawn, in its order; tables stand in frames. */
function shapesOf(slide: XmlElement | undefined): XmlElement[] {
  return descendantsOf(slide, "spTree").flatMap(flatten);
}

/** Shapes may be grouped, and groups too. */
function flatten(element: XmlElement): XmlElement[] {
  return element.children
    .filter(isElement)
    .flatMap((child) =>
      child.name === "grpSp"
        ? flatten(child)
        : /^(sp|graphicFrame)$/.test(child.name)
          ? [child]
          : [],
    );
}

function placeholderOf(shape: XmlElement): string {
  return descendantsOf(shape, "ph").map((placeholder) => attributeOf(placeholder, "type"))[0] ?? "";
}

function readShape(shape: XmlElement, builder: StructureBuilder): void {
  if (/^(dt|ftr|sldNum)$/.test(placeholderOf(shape))) return;
  for (const table of descendantsOf(shape, "tbl")) {
    const rows = childrenOf(table, "tr").map((row) =>
      childrenOf(row, "tc").map((cell) => paragraphsOf(cell).map(textOfRuns).join(" ")),
    );
    builder.table(rows, rows.length > 1);
  }
  if (shape.name !== "sp") return;
  const paragraphs = paragraphsOf(shape).filter((paragraph) => textOfRuns(paragraph) !== "");
  for (const paragraph of paragraphs) {
    const [properties] = childrenOf(paragraph, "pPr");
    const depth = properties === undefined ? 0 : Number(attributeOf(properties, "lvl"));
    if (paragraphs.length === 1) builder.paragraph(textOfRuns(paragraph));
    else builder.item(depth, textOfRuns(paragraph));
  }
}

function paragraphsOf(element: XmlElement): XmlElement[] {
  return descendantsOf(element, "p");
}

/** Without fields, such as the slide's number; a break is a space. */
function textOfRuns(paragraph: XmlElement): string {
  const runs = paragraph.children
    .filter(isElement)
    .map((run) =>
      run.name === "r" ? childrenOf(run, "t").map(textKept).join("") : run.name === "br" ? " " : "",
    );
  return runs.join("").replaceAll(/\s+/g, " ").trim();
}

/** Spaces at its ends belong to it. */
function textKept({ children }: XmlElement): string {
  return children.filter((child) => !isElement(child)).join("");
}
