/**
 * XML → what it says. Data (orders, feeds, settings) become a line for each value with the path to it, one record
 * after the other; a text that is marked up (DocBook, TEI, JATS) its paragraphs below its titles.
 */
import { createStructureBuilder, type Extracted, type StructureBuilder } from "./structure.ts";
import { isElement, linesOf, parseXml, textOf, type XmlElement } from "./xml-elements.ts";

/** Reads XML; throws what {@link parseXml} throws. */
export function readXml(xml: string): Extracted {
  const root = parseXml(xml);
  const builder = createStructureBuilder();
  const { prose, all } = countCharacters(root);
  if (prose > all / 2) readProse(root, builder, 1);
  else readData(root, "", builder);
  return builder.build();
}

const paragraphNames = new Set(["p", "para", "simpara"]);
const titleNames = new Set(["title", "head"]);
const itemNames = new Set(["listitem", "list-item", "item", "li"]);
const preformattedNames = new Set(["programlisting", "screen", "literallayout", "preformat"]);
const rowNames = new Set(["row", "tr"]);

/** How much of the text stands in paragraphs: in elements of that name, and between other elements. */
function countCharacters(element: XmlElement): { prose: number; all: number } {
  const inner = element.children.filter(isElement);
  const isProse = paragraphNames.has(element.name) || isMixed(element);
  if (isProse || inner.length === 0) {
    const { length } = textOf(element);
    return { prose: isProse ? length : 0, all: length };
  }
  let [prose, all] = [0, 0];
  for (const child of inner) {
    const counted = countCharacters(child);
    prose += counted.prose;
    all += counted.all;
  }
  return { prose, all };
}

const hasText = ({ children }: XmlElement): boolean =>
  children.some((child) => !isElement(child) && child.trim() !== "");
const isMixed = (element: XmlElement): boolean =>
  hasText(element) && element.children.some(isElement);

function readProse(element: XmlElement, builder: StructureBuilder, level: number): void {
  const inner = element.children.filter(isElement);
  if (titleNames.has(element.name)) builder.heading(level, textOf(element));
  else if (itemNames.has(element.name)) builder.item(0, textOf(element));
  else if (rowNames.has(element.name)) builder.paragraph(inner.map(textOf).join(" | "));
  else if (preformattedNames.has(element.name)) builder.paragraph(linesOf(element));
  else if (inner.length === 0) builder.paragraph(textOf(element));
  else if (hasText(element)) builder.paragraph(textOf(element));
  else {
    const isSection = inner.some(({ name }) => titleNames.has(name));
    for (const child of inner) {
      const isOwnTitle = titleNames.has(child.name);
      readProse(child, builder, isSection && !isOwnTitle ? level + 1 : level);
    }
  }
}

/** The values of an element, and apart from them each of several elements of a name that have values of their own. */
function readData(element: XmlElement, path: string, builder: StructureBuilder): void {
  const inner = element.children.filter(isElement);
  const composites = countNames(inner.filter(isComposite));
  const counts = new Map<string, number>();
  let lines = [...describeOwn(element, path)];
  const end = () => {
    builder.lines(lines);
    lines = [];
  };
  for (const child of inner) {
    const number = (counts.get(child.name) ?? 0) + 1;
    counts.set(child.name, number);
    if ((composites.get(child.name) ?? 0) > 1) {
      end();
      builder.record(number, describe(child, child.name));
    } else if (isComposite(child)) {
      end();
      readData(child, joinPath(path, child.name), builder);
    } else {
      lines.push(...describe(child, joinPath(path, child.name)));
    }
  }
  end();
}

const isComposite = ({ attributes, children }: XmlElement): boolean =>
  attributes.length > 0 || children.some(isElement);

function countNames(elements: readonly XmlElement[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of elements) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The lines of an element and what is in it; elements of one name are numbered, from 0 as in JSON. */
function* describe(element: XmlElement, path: string): Generator<string> {
  yield* describeOwn(element, path);
  if (isMixed(element)) return;
  const inner = element.children.filter(isElement);
  const totals = countNames(inner);
  const counts = new Map<string, number>();
  for (const child of inner) {
    const index = counts.get(child.name) ?? 0;
    counts.set(child.name, index + 1);
    const isOnly = totals.get(child.name) === 1;
    yield* describe(child, joinPath(path, isOnly ? child.name : `${child.name}[${index}]`));
  }
}

/** The lines of an element's attributes, and of its text where some stands in itself. */
function* describeOwn(element: XmlElement, path: string): Generator<string> {
  for (const [name, value] of element.attributes) {
    if (value.trim() !== "") yield `${joinPath(path, name)}: ${value.trim()}`;
  }
  if (hasText(element)) yield path === "" ? textOf(element) : `${path}: ${textOf(element)}`;
}

const joinPath = (path: string, name: string): string => (path === "" ? name : `${path}.${name}`);
