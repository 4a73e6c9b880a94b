/** A web page → its main content: without navigation, scripts and what else stands around it. */
import { Readability } from "@mozilla/readability";
import { type HtmlElement, parseHtmlBody, readHtmlElement } from "./html-elements.ts";
import { createStructureBuilder, type Extracted, type StructureBuilder } from "./structure.ts";

/** What is on a page beside its content, where its author says so. */
const surroundings =
  "script, style, noscript, template, iframe, object, svg, nav, aside, dialog, button, select, " +
  "body > header, body > footer, [role=navigation], [role=banner], [role=contentinfo], " +
  "[role=complementary], [role=search], [role=dialog], [hidden], [aria-hidden=true]";

/** A reading view that leaves out more than this much of the page has missed what the page is about. */
const minShareOfPage = 1 / 3;

/** The time of the reading view grows faster than the page. Pages have some thousand elements. */
const maxElementsForView = 50_000;

/** Reads what the author marked as the main part, else what a browser's reading view would show, else the whole page. */
export function readHtml(html: string): Extracted {
  const builder = createStructureBuilder();
  return builder.build(addHtml(html, builder));
}

/** Adds a page's content to a document, as {@link readHtml} reads it, and gives the page's title. */
export function addHtml(html: string, builder: StructureBuilder): string | undefined {
  const body = parseHtmlBody(html);
  const title = body.querySelector("title")?.textContent ?? undefined;
  for (const element of body.querySelectorAll(surroundings)) element.remove();
  const main = markedMain(body);
  const view = main === undefined ? viewOf(body) : undefined;
  // A reading view has the page's own heading above it; any other of the first level is one of the second in it.
  const heading = body.querySelector("h1")?.textContent ?? "";
  const headings = Array.from(view?.querySelectorAll("h2") ?? [], ({ textContent }) => textContent);
  if (view !== undefined && !headings.includes(heading)) builder.heading(1, heading);
  readHtmlElement(main ?? view ?? body, builder);
  return title;
}

function markedMain(body: HtmlElement): HtmlElement | undefined {
  const main = body.querySelector("main, [role=main]");
  return main === null || lengthOf(main) === 0 ? undefined : main;
}

function viewOf(body: HtmlElement): HtmlElement | undefined {
  if (Array.from(body.querySelectorAll("*")).length > maxElementsForView) return undefined;
  const { content } = new Readability(body.ownerDocument.cloneNode(true)).parse() ?? {};
  if (content === undefined || content === null) return undefined;
  const view = parseHtmlBody(content);
  return lengthOf(view) < minShareOfPage * lengthOf(body) ? undefined : view;
}

function lengthOf(element: HtmlElement): number {
  return (element.textContent ?? "").replaceAll(/\s+/g, " ").trim().length;
}
