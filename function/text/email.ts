/**
 * An e-mail as it is sent (.eml) → who wrote to whom about what, and its body: the plain text where there is one, else
 * the page. What is attached is named; it is no part of the text.
 */
import PostalMime, { type Address, type Email } from "postal-mime";
import { UnreadableDocumentError } from "../errors.ts";
import { createStructureBuilder, type Extracted } from "./structure.ts";

/** Parts in one another, and messages in messages: what is deeper than a forwarded one counts as attached. */
const limits = { maxNestingDepth: 50, maxRfc822NestingDepth: 2 };

/**
 * Reads an e-mail; takes bytes, since each of its parts is in a character set of its own.
 * @throws {UnreadableDocumentError} for what has none of the headers that every e-mail has
 */
export async function readEmail(bytes: Uint8Array): Promise<Extracted> {
  const email = await PostalMime.parse(bytes, limits);
  const headers = headerLines(email);
  if (headers.length === 0) {
    throw new UnreadableDocumentError(
      "it has no subject, sender, recipient or date, as an e-mail has. Upload it with the type that it is.",
    );
  }
  const builder = createStructureBuilder();
  builder.paragraph(headers.join("\n"));
  const text = email.text ?? "";
  if (text.trim() !== "" || email.html === undefined) {
    builder.paragraph(text);
  } else {
    const { addHtml } = await import("./html.ts");
    addHtml(email.html, builder);
  }
  return builder.build(email.subject);
}

/** In the words of the headers themselves, those that it has. */
function headerLines({ subject, from, to, cc, date, attachments }: Email): string[] {
  const names = attachments
    .filter(({ related }) => related !== true)
    .map(({ filename, mimeType }) => filename ?? mimeType);
  const lines: readonly (readonly [header: string, value: string | undefined])[] = [
    ["Subject", subject],
    ["From", from === undefined ? undefined : describe(from)],
    ["To", to?.map(describe).join(", ")],
    ["Cc", cc?.map(describe).join(", ")],
    ["Date", date],
    ["Attached", names.join(", ")],
  ];
  return lines.flatMap(([header, value]) =>
    value === undefined || value.trim() === ""
      ? []
      : [`${header}: ${value.replaceAll(/\s+/g, " ")}`],
  );
}

function describe({ name, address, group }: Address): string {
  if (group !== undefined) return `${name}: ${group.map(describe).join(", ")}`;
  return name === "" ? (address ?? "") : `${name} <${address ?? ""}>`;
}
