/** A book (.epub) → its chapters in reading order: headings, paragraphs, lists and tables. */
import { unzipSync } from "fflate";
import { UnreadableDocumentError } from "../errors.ts";
import { decodeText } from "./decode.ts";
import { chapterPaths } from "./epub-spine.ts";
import { parseHtmlBody, readHtmlElement } from "./html-elements.ts";
import { attributeOf, childrenOf, descendantsOf, missingPart } from "./office-package.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";
import { parseXml, textOf, type XmlElement } from "./xml-elements.ts";

const containerPath = "META-INF/container.xml";
const encryptionPath = "META-INF/encryption.xml";

/** What is hidden by these is fonts alone: https://www.w3.org/TR/epub-33/#sec-font-obfuscation and Adobe's own. */
const fontObfuscations: ReadonlySet<string> = new Set([
  "http://www.idpf.org/2008/embedding",
  "http://ns.adobe.com/pdf/enc#RC",
]);

/**
 * Reads the chapters that the spine names, each of them once, without the table of contents.
 * https://www.w3.org/TR/epub-33/#sec-package-doc
 * @throws {UnreadableDocumentError} for one that is encrypted, or has not all of its chapters
 */
export async function readEpub(bytes: Uint8Array): Promise<Extracted> {
  const outer = unzip(bytes, [containerPath, encryptionPath]);
  await refuseEncrypted(outer(encryptionPath));
  const [rootfile] = descendantsOf(await readXml(outer, containerPath), "rootfile");
  const packagePath = rootfile === undefined ? "" : attributeOf(rootfile, "full-path");
  const document = await readXml(unzip(bytes, [packagePath]), packagePath);
  const paths = chapterPaths(document, packagePath);
  const read = unzip(bytes, paths);
  const builder = createStructureBuilder();
  for (const path of paths) {
    const { text } = await decodeText(partOf(read, path));
    readHtmlElement(parseHtmlBody(text), builder);
  }
  const titles = childrenOf(childrenOf(document, "metadata")[0], "title").map(textOf);
  return builder.build(titles.find((title) => title !== ""));
}

type ReadPart = (path: string) => Uint8Array | undefined;

/** Unpacks these parts alone; what they unpack to is bounded by the thread's memory. */
function unzip(bytes: Uint8Array, paths: readonly string[]): ReadPart {
  // Names are in UTF-8, but not each program marks them as such.
  const unmarked = (path: string) => Buffer.from(path).toString("latin1");
  const names = new Set([...paths, ...paths.map(unmarked)]);
  const parts = new Map(
    Object.entries(unzipSync(bytes, { filter: ({ name }) => names.has(name) })),
  );
  return (path) => parts.get(path) ?? parts.get(unmarked(path));
}

function partOf(read: ReadPart, path: string): Uint8Array {
  const part = read(path);
  if (part === undefined) throw missingPart(path);
  return part;
}

async function readXml(read: ReadPart, path: string): Promise<XmlElement> {
  return parseXml((await decodeText(partOf(read, path))).text);
}

async function refuseEncrypted(encryption: Uint8Array | undefined): Promise<void> {
  if (encryption === undefined) return;
  const parts = descendantsOf(parseXml((await decodeText(encryption)).text), "EncryptedData");
  const isFont = (part: XmlElement) =>
    childrenOf(part, "EncryptionMethod").some((method) =>
      fontObfuscations.has(attributeOf(method, "Algorithm")),
    );
  if (parts.every(isFont)) return;
  throw new UnreadableDocumentError(
    "it is encrypted, as books with copy protection (DRM) are. Upload one without it.",
  );
}
