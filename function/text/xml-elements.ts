/** XML → its elements. Nothing outside of it is fetched, no entity expanded but XML's five and numeric ones. */
import { Parser } from "htmlparser2";
import { UnreadableDocumentError } from "../errors.ts";

export interface XmlElement {
  /** Without the prefix of its namespace. */
  readonly name: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  readonly children: (string | XmlElement)[];
}

/** Elements in one another. What people make has twenty. */
const maxDepth = 200;

/**
 * Gives the outermost element.
 * @throws {UnreadableDocumentError} for a document with declarations of its own, one that is not well-formed, or
 *   one that nests too deeply
 */
export function parseXml(xml: string): XmlElement {
  const document: XmlElement = { name: "", attributes: [], children: [] };
  const open = [document];
  let isEnded = false;
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const element = {
          name: localName(name),
          attributes: ownAttributes(attributes),
          children: [],
        };
        if (open.length === 1 && document.children.some(isElement)) {
          throw new UnreadableDocumentError(
            `its element ${name.slice(0, 100)} stands outside of the outermost one. Correct it.`,
          );
        }
        open.at(-1)?.children.push(element);
        if (open.push(element) <= maxDepth) return;
        throw new UnreadableDocumentError(
          `its elements are nested more than ${maxDepth} deep. Save it in a simpler form.`,
        );
      },
      onclosetag(name, isImplied) {
        open.pop();
        const isEmpty = !isEnded && xml.startsWith("/>", parser.endIndex - 1);
        if (!isImplied || isEmpty) return;
        throw new UnreadableDocumentError(
          `its element ${name.slice(0, 100)} is not closed. Correct it.`,
        );
      },
      ontext(text) {
        const { children } = open.at(-1) ?? document;
        const last = children.at(-1);
        if (typeof last === "string") children[children.length - 1] = last + text;
        else children.push(text);
      },
      onprocessinginstruction(_name, content) {
        // What it could declare are entities of entities of entities: https://en.wikipedia.org/wiki/Billion_laughs
        if (!/^!DOCTYPE[^[]*\[/i.test(content)) return;
        throw new UnreadableDocumentError(
          "its DOCTYPE declares entities or elements of its own, which are not expanded here. " +
            "Save it with them expanded: xmllint --noent --dropdtd.",
        );
      },
    },
    { xmlMode: true },
  );
  parser.write(xml);
  isEnded = true;
  parser.end();
  const root = document.children.find(isElement);
  if (root === undefined) {
    throw new UnreadableDocumentError("it has no XML element. Upload it with the type that it is.");
  }
  return root;
}

export function isElement(node: string | XmlElement | undefined): node is XmlElement {
  return typeof node === "object";
}

/** All text in an element, as one line. */
export function textOf(element: XmlElement): string {
  return linesOf(element).replaceAll(/\s+/g, " ").trim();
}

/** All text in an element, as it is. */
export function linesOf({ children }: XmlElement): string {
  return children.map((child) => (isElement(child) ? linesOf(child) : child)).join("");
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

/** One for all of the many elements that have none. */
const noAttributes: XmlElement["attributes"] = [];

/** Without those that are about the markup: namespaces, and where a schema is. */
function ownAttributes(attributes: Readonly<Record<string, string>>): XmlElement["attributes"] {
  const named = Object.entries(attributes);
  if (named.length === 0) return noAttributes;
  return named
    .filter(([name]) => !/^(xmlns|xsi)(:|$)/.test(name))
    .map(([name, value]) => [localName(name), value]);
}
