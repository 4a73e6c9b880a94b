/** The formats that can be embedded: what each is called, and the content types that it is known by. */

export interface FormatFacts {
  readonly name: string;
  readonly contentTypes: readonly string[];
  /** How the names of further content types end. https://www.rfc-editor.org/rfc/rfc6839 */
  readonly suffix?: string;
  /** How they begin. */
  readonly prefix?: string;
  /** Its extractor takes bytes: it is no text, or its parts are each in a character set of their own. */
  readonly isBinary?: boolean;
}

/** A further one is an entry here and an extractor. */
export const formats = {
  plain: { name: "plain text", contentTypes: ["text/plain"] },
  markdown: { name: "Markdown", contentTypes: ["text/markdown"] },
  html: { name: "HTML", contentTypes: ["text/html", "application/xhtml+xml"] },
  csv: { name: "CSV", contentTypes: ["text/csv", "application/csv"] },
  tsv: { name: "TSV", contentTypes: ["text/tab-separated-values"] },
  json: { name: "JSON", contentTypes: ["application/json", "text/json"], suffix: "+json" },
  jsonl: {
    name: "JSON Lines",
    contentTypes: ["application/jsonl", "application/x-ndjson", "application/x-jsonlines"],
  },
  xml: { name: "XML", contentTypes: ["application/xml", "text/xml"], suffix: "+xml" },
  asciidoc: { name: "AsciiDoc", contentTypes: ["text/asciidoc", "text/x-asciidoc"] },
  pdf: { name: "PDF", contentTypes: ["application/pdf"], isBinary: true },
  docx: {
    name: "Word (.docx)",
    contentTypes: ["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    isBinary: true,
  },
  xlsx: {
    name: "Excel (.xlsx)",
    contentTypes: ["application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    isBinary: true,
  },
  pptx: {
    name: "PowerPoint (.pptx)",
    contentTypes: ["application/vnd.openxmlformats-officedocument.presentationml.presentation"],
    isBinary: true,
  },
  odt: {
    name: "OpenDocument (.odt)",
    contentTypes: ["application/vnd.oasis.opendocument.text"],
    isBinary: true,
  },
  rtf: { name: "RTF", contentTypes: ["application/rtf", "text/rtf"], isBinary: true },
  epub: { name: "EPUB", contentTypes: ["application/epub+zip"], isBinary: true },
  email: { name: "e-mail", contentTypes: ["message/rfc822"], isBinary: true },
  subtitles: { name: "subtitles", contentTypes: ["text/vtt", "application/x-subrip"] },
  code: {
    name: "source code",
    contentTypes: [
      ...["text/javascript", "application/javascript", "text/typescript", "application/typescript"],
      ...["text/css", "text/jsx", "text/yaml", "application/yaml", "application/toml"],
      ...["application/sql", "application/x-sh", "application/x-httpd-php"],
    ],
    prefix: "text/x-",
  },
} as const satisfies Record<string, FormatFacts>;

export type Format = keyof typeof formats;

/** Those whose extractor takes bytes. */
export type BinaryFormat = {
  [F in Format]: (typeof formats)[F] extends { readonly isBinary: true } ? F : never;
}[Format];

export function isBinary(format: Format): format is BinaryFormat {
  const facts: FormatFacts = formats[format];
  return facts.isBinary === true;
}

/** What can be embedded, for a message. */
export const formatNames: readonly string[] = Object.values(formats).map(({ name }) => name);

/** The format of a content type, if it is one of these. */
export function formatOf(contentType: string): Format | undefined {
  const known = Object.keys(formats).filter(isFormat);
  const matches = (isMatch: (facts: FormatFacts) => boolean) =>
    known.find((format) => isMatch(formats[format]));
  return (
    matches(({ contentTypes }) => contentTypes.includes(contentType)) ??
    // A drawing is in XML, too.
    matches(
      ({ suffix = "?" }) => contentType.endsWith(suffix) && !contentType.startsWith("image/"),
    ) ??
    matches(({ prefix }) => prefix !== undefined && contentType.startsWith(prefix))
  );
}

function isFormat(name: string): name is Format {
  return Object.hasOwn(formats, name);
}
