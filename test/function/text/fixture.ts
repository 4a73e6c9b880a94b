/** A document of test/fixtures/documents/ → what is read of it, and the text that is expected. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, extractDocument } from "../../../function/text/extract.ts";

const folder = join(import.meta.dirname, "../../fixtures/documents");

export interface Fixture {
  readonly document: Document;
  readonly expectedText: string;
}

export async function readFixture(name: string): Promise<Fixture> {
  const path = join(folder, name);
  const [bytes, expected] = await Promise.all([readFile(path), readFile(`${path}.txt`, "utf8")]);
  const document = await extractDocument(bytes, name, undefined);
  return { document, expectedText: expected.replace(/\n$/, "") };
}
