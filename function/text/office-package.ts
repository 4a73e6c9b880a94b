/** A package of Office Open XML (.docx, .xlsx, .pptx) → its parts, and what each of them refers to. */
import { strFromU8, unzipSync } from "fflate";
import { UnreadableDocumentError } from "../errors.ts";
import { isElement, parseXml, type XmlElement } from "./xml-elements.ts";

export interface OfficePackage {
  /** Of its parts that are XML. */
  readonly paths: readonly string[];
  /** The part's outermost element; `undefined` where there is no such part. */
  read(path: string): XmlElement | undefined;
  /**
   * The outermost element of a part that the document cannot be without.
   * @throws {UnreadableDocumentError} where there is no such part
   */
  part(path: string): XmlElement;
  /** The paths of what a part refers to, by the names that it calls them, with their kinds. */
  relations(path: string): ReadonlyMap<string, { readonly path: string; readonly kind: string }>;
}

/**
 * Unpacks the parts that are XML; what they unpack to is bounded by the thread's memory.
 * @throws what fflate throws for what is no ZIP archive
 */
export function openOfficePackage(bytes: Uint8Array): OfficePackage {
  const parts = unzipSync(bytes, { filter: ({ name }) => /\.(xml|rels)$/.test(name) });
  function read(path: string): XmlElement | undefined {
    const part = parts[path];
    return part === undefined ? undefined : parseXml(strFromU8(part));
  }
  return {
    paths: Object.keys(parts),
    read,
    part(path) {
      const part = read(path);
      if (part === undefined) throw missingPart(path);
      return part;
    },
    relations(path) {
      const folder = path.slice(0, path.lastIndexOf("/") + 1);
      const relations = read(`${folder}_rels/${path.slice(folder.length)}.rels`);
      return new Map(
        childrenOf(relations, "Relationship").map((relation) => {
          const target = attributeOf(relation, "Target");
          const kind = attributeOf(relation, "Type");
          return [
            attributeOf(relation, "Id"),
            { path: resolve(folder, target), kind: kind.slice(kind.lastIndexOf("/") + 1) },
          ];
        }),
      );
    },
  };
}

export function missingPart(path: string): UnreadableDocumentError {
  const name = path === "" ? "part" : path.slice(0, 200);
  return new UnreadableDocumentError(
    `it has no ${name} in it, which belongs to it. Save it anew and upload it again.`,
  );
}

/** Its children of that name. */
export function childrenOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? []).filter(isElement).filter((child) => child.name === name);
}

/** All elements of that name in it, in the order in which they stand; inside of one of them no more are looked for. */
export function descendantsOf(element: XmlElement | undefined, name: string): XmlElement[] {
  return (element?.children ?? [])
    .filter(isElement)
    .flatMap((child) => (child.name === name ? [child] : descendantsOf(child, name)));
}

/** Its value, or nothing. */
export function attributeOf({ attributes }: XmlElement, name: string): string {
  return attributes.find(([own]) => own === name)?.[1] ?? "";
}

/** A target is written as in a web address, without host. */
function resolve(folder: string, target: string): string {
  return new URL(target, `http://package/${folder}`).pathname.slice(1);
}
