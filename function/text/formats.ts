/** The formats that can be embedded: what each is called, and the content types that it is known by. */

export interface FormatFacts {
  readonly name: string;
  readonly contentTypes: readonly string[];
}

/** A further one is an entry here and an extractor. */
export const formats = {
  plain: { name: "plain text", contentTypes: ["text/plain"] },
  markdown: { name: "Markdown", contentTypes: ["text/markdown"] },
  html: { name: "HTML", contentTypes: ["text/html", "application/xhtml+xml"] },
} as const satisfies Record<string, FormatFacts>;

export type Format = keyof typeof formats;

/** The content types that can be embedded, for a message. */
export const supportedTypes: readonly string[] = Object.values<FormatFacts>(formats).flatMap(
  ({ contentTypes }) => contentTypes,
);

/** The format of a content type, if it is one of these. */
export function formatOf(contentType: string): Format | undefined {
  return Object.keys(formats)
    .filter(isFormat)
    .find((format) => {
      const { contentTypes }: FormatFacts = formats[format];
      return contentTypes.includes(contentType);
    });
}

function isFormat(name: string): name is Format {
  return Object.hasOwn(formats, name);
}
