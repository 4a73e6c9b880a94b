/** A book's package document → the paths of its chapters. https://www.w3.org/TR/epub-33/#sec-package-doc */
import { UnreadableDocumentError } from "../errors.ts";
import { attributeOf, childrenOf } from "./office-package.ts";
import type { XmlElement } from "./xml-elements.ts";

/** A part of the book, as its manifest has it. */
interface ManifestItem {
  readonly path: string;
  readonly isPage: boolean;
  readonly isContents: boolean;
  /** The id of what stands for it where it cannot be shown. */
  readonly fallback: string;
}

/**
 * Gives the chapters in the order of the spine, each once, without the table of contents.
 * @throws {UnreadableDocumentError} where the spine names what the manifest does not have
 */
export function chapterPaths(document: XmlElement, packagePath: string): readonly string[] {
  const items = new Map(
    childrenOf(childrenOf(document, "manifest")[0], "item").map((item) => [
      attributeOf(item, "id"),
      readItem(item, packagePath),
    ]),
  );
  const paths = childrenOf(childrenOf(document, "spine")[0], "itemref").flatMap((reference) => {
    const page = pageOf(attributeOf(reference, "idref"), items);
    return page === undefined || page.isContents ? [] : [page.path];
  });
  return [...new Set(paths)];
}

function readItem(item: XmlElement, packagePath: string): ManifestItem {
  return {
    path: resolve(packagePath, attributeOf(item, "href")),
    isPage: /^application\/xhtml\+xml$|^text\/(?:html|x-oeb1-document)$/.test(
      attributeOf(item, "media-type"),
    ),
    isContents: /(?:^|\s)nav(?:\s|$)/.test(attributeOf(item, "properties")),
    fallback: attributeOf(item, "fallback"),
  };
}

/** The item, or the page that stands for it; nothing for a picture. Fallbacks may name one another in a circle. */
function pageOf(
  id: string,
  items: ReadonlyMap<string, ManifestItem>,
  seen: Set<string> = new Set(),
): ManifestItem | undefined {
  const item = items.get(id);
  if (item === undefined) {
    throw new UnreadableDocumentError(
      `its spine leads to "${id.slice(0, 100)}", which its manifest does not have. Save it anew and upload it again.`,
    );
  }
  if (item.isPage) return item;
  if (item.fallback === "" || seen.has(id)) return undefined;
  return pageOf(item.fallback, items, seen.add(id));
}

/** A path in the book. What lies elsewhere is left as it is written, so that it is missed by its name. */
function resolve(packagePath: string, href: string): string {
  const base = `epub:///${packagePath.split("/").map(encodeURIComponent).join("/")}`;
  if (!URL.canParse(href, base)) return href;
  const { protocol, host, pathname } = new URL(href, base);
  if (protocol !== "epub:" || host !== "") return href;
  try {
    return decodeURIComponent(pathname.slice(1));
  } catch {
    return pathname.slice(1);
  }
}
