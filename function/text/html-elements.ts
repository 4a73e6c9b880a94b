/** HTML → its elements, and an element → its headings, paragraphs, list items and tables in reading order. */
import { Parser } from "htmlparser2";
import { DOMParser } from "linkedom";
import { UnreadableDocumentError } from "../errors.ts";
import type { StructureBuilder } from "./structure.ts";
import { htmlOfXhtml } from "./xhtml.ts";

/** What is used of the DOM. */
export interface HtmlNode {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly textContent: string | null;
  readonly childNodes: Iterable<HtmlNode>;
}

export interface HtmlElement extends HtmlNode {
  readonly ownerDocument: HtmlDocument;
  readonly localName: string;
  querySelector(selector: string): HtmlElement | null;
  querySelectorAll(selector: string): Iterable<HtmlElement>;
  remove(): void;
}

export interface HtmlDocument {
  cloneNode(isDeep: boolean): HtmlDocument;
}

/** Elements inside one another. Pages have about thirty; the parser's time grows with the square of it. */
const maxDepth = 500;

/** Reads the page's body; what stands in its head is at the beginning of it. */
export function parseHtmlBody(html: string): HtmlElement {
  // The parser takes the elements as they are written, and these may be missing, misplaced or repeated.
  const content = htmlOfXhtml(html).replaceAll(
    /<!doctype[^>]*>|<\/?(?:html|head|body)(?:\s[^>]{0,2000})?>/gi,
    "",
  );
  refuseDeepNesting(content);
  const page = `<html><head></head><body>${content}</body></html>`;
  return new DOMParser().parseFromString(page, "text/html").body;
}

/** Counts as the parser does, which knows the elements that end without saying so, but without building any. */
function refuseDeepNesting(html: string): void {
  let depth = 0;
  const parser = new Parser({
    onopentag() {
      depth += 1;
      if (depth <= maxDepth) return;
      throw new UnreadableDocumentError(
        `its elements are nested more than ${maxDepth} deep. Save it in a simpler form.`,
      );
    },
    onclosetag() {
      depth -= 1;
    },
  });
  parser.end(html);
}

const blocks = new Set(
  (
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer " +
    "form header hr legend li main nav ol optgroup option p section summary table tbody td tfoot th thead tr ul"
  ).split(" "),
);

const invisible = new Set(["script", "style", "template", "noscript", "title", "head"]);

/** Adds an element's content to a document. */
export function readHtmlElement(element: HtmlElement, builder: StructureBuilder): void {
  let line = "";
  let items: number[] = [];
  const end = () => {
    const depth = items.at(-1);
    if (depth === undefined) builder.paragraph(line);
    else builder.item(depth, line);
    line = "";
  };
  visitChildren(element, 0);
  end();

  function visitChildren(parent: HtmlNode, lists: number): void {
    for (const node of parent.childNodes) visit(node, lists);
  }

  function visit(node: HtmlNode, lists: number): void {
    if (!isElement(node)) {
      if (isText(node)) line += (node.nodeValue ?? "").replaceAll(/\s+/g, " ");
      return;
    }
    const name = node.localName.toLowerCase();
    if (invisible.has(name)) return;
    const level = /^h([1-6])$/.exec(name)?.[1];
    if (level !== undefined) {
      end();
      builder.heading(Number(level), lineOf(node));
    } else if (name === "pre") {
      end();
      builder.paragraph(node.textContent ?? "");
    } else if (name === "br") {
      line += "\n";
    } else if (name === "table" && readTable(node, end, builder)) {
      // It is read.
    } else if (name === "li") {
      end();
      items = [...items, Math.max(0, lists - 1)];
      visitChildren(node, lists);
      end();
      items = items.slice(0, -1);
    } else if (blocks.has(name)) {
      // The first paragraph of a list's item is the item.
      if (line.trim() !== "") end();
      visitChildren(node, name === "ul" || name === "ol" ? lists + 1 : lists);
      end();
    } else {
      visitChildren(node, lists);
    }
  }
}

/** Adds a table of data, and says whether it was one; a table that only arranges a page is read cell by cell. */
function readTable(table: HtmlElement, end: () => void, builder: StructureBuilder): boolean {
  if (table.querySelector("table, h1, h2, h3, ul, ol") !== null) return false;
  const rows = Array.from(table.querySelectorAll("tr"), (row) =>
    Array.from(row.childNodes)
      .filter(isElement)
      .filter(({ localName }) => /^t[dh]$/i.test(localName)),
  );
  if (rows.length < 2 || rows.every((cells) => cells.length < 2)) return false;
  end();
  const caption = table.querySelector("caption");
  if (caption !== null) builder.paragraph(lineOf(caption));
  const isHeader = (rows[0] ?? []).every(({ localName }) => localName.toLowerCase() === "th");
  builder.table(
    rows.map((cells) => cells.map(lineOf)),
    isHeader,
  );
  return true;
}

/** An element's text as one line. */
function lineOf(element: HtmlNode): string {
  let line = "";
  for (const node of element.childNodes) {
    if (isText(node)) line += node.nodeValue ?? "";
    else if (isElement(node) && !invisible.has(node.localName.toLowerCase())) {
      const isApart = blocks.has(node.localName.toLowerCase()) || node.localName === "br";
      line += isApart ? ` ${lineOf(node)} ` : lineOf(node);
    }
  }
  return line.replaceAll(/\s+/g, " ").trim();
}

const isElement = (node: HtmlNode): node is HtmlElement => node.nodeType === 1;
const isText = (node: HtmlNode): boolean => node.nodeType === 3 || node.nodeType === 4;
