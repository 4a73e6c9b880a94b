import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { strFromU8, strToU8, unzipSync, zipSync } from "fflate";
import { extractDocument } from "../../../function/text/extract.ts";

const folder = join(import.meta.dirname, "../../fixtures/documents");

/** A part of each format that its text is read from. */
const packages = [
  ["python-docx-soup.docx", "word/document.xml"],
  ["libreoffice-ledger.xlsx", "xl/sharedStrings.xml"],
  ["openpyxl-loans.xlsx", "xl/worksheets/sheet1.xml"],
  ["python-pptx-bees.pptx", "ppt/slides/slide1.xml"],
  ["libreoffice-minutes.odt", "content.xml"],
  ["calibre-sky.epub", "sky_split_001.html"],
] as const;

const unzip = async (name: string) => unzipSync(await readFile(join(folder, name)));

/** A fixture with one of its parts changed, or left out. */
async function withPart(name: string, path: string, change: (text: string) => string | undefined) {
  const { [path]: part = assert.fail(path), ...others } = await unzip(name);
  const changed = change(strFromU8(part));
  return zipSync(changed === undefined ? others : { ...others, [path]: strToU8(changed) });
}

/** In the archive's directory, each part is said to have so many bytes. */
function claimingBytes(archive: Uint8Array, bytes: number): Uint8Array {
  const claiming = Buffer.from(archive);
  for (const at of headersOf(claiming, "PK\x01\x02")) claiming.writeUInt32LE(bytes, at + 24);
  return claiming;
}

/** A package of which one part is nothing but so many spaces. fflate would need seconds to pack them. */
function unpackingTo(bytes: number, parts: Record<string, Uint8Array>, path: string): Uint8Array {
  const packed = deflateRawSync(Buffer.alloc(bytes, 0x20), { level: 1 });
  const archive = Buffer.from(zipSync({ ...parts, [path]: packed }, { level: 0 }));
  const deflated = 8;
  for (const [signature, method, size, name] of [
    ["PK\x03\x04", 8, 22, 30],
    ["PK\x01\x02", 10, 24, 46],
  ] as const) {
    for (const at of headersOf(archive, signature)) {
      if (
        !archive
          .subarray(at + name)
          .toString("latin1", 0, path.length)
          .startsWith(path)
      )
        continue;
      archive.writeUInt16LE(deflated, at + method);
      archive.writeUInt32LE(bytes, at + size);
    }
  }
  return archive;
}

/** Where those of the archive's headers begin. */
function* headersOf(archive: Buffer, signature: string): Generator<number> {
  for (let at = archive.indexOf(signature); at >= 0; at = archive.indexOf(signature, at + 1))
    yield at;
}

/** What became of a document: its text, or what is wrong with it. */
const outcome = (bytes: Uint8Array, name: string): Promise<string> =>
  extractDocument(bytes, name, undefined).then(
    ({ text }) => text,
    (error: unknown) =>
      error instanceof Error ? `${error.name}: ${error.message}` : String(error),
  );

const unreadable = (problem: RegExp) => ({ name: "UnreadableDocumentError", problem });

describe("extractDocument, of a hostile package,", () => {
  for (const [name, path] of packages) {
    it(`rejects ${name} whose ${path} unpacks to 300 MB`, async () => {
      const bytes = unpackingTo(300_000_000, await unzip(name), path);

      await assert.rejects(
        extractDocument(bytes, name, undefined),
        unreadable(/^it takes more than (256 MB of memory|10 s) to read/),
      );
    });

    it(`never expands the entities of ${name} in ${path}`, async () => {
      const entities = Array.from(
        { length: 9 },
        (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`,
      );
      const doctype = `<!DOCTYPE l [<!ENTITY l0 "lol">${entities.join("")}]>`;
      const bytes = await withPart(name, path, (text) =>
        text
          .replace(/(?:<\?xml[^>]*>)?/, (declaration) => declaration + doctype)
          .replaceAll(/>(?=\w)/g, ">&l9;"),
      );

      const text = await outcome(bytes, name);

      assert.doesNotMatch(text, /lollol/);
      assert.ok(text.length < 20_000, `${text.length} characters`);
    });

    it(`rejects ${name} whose parts are said to have 1 GB each`, async () => {
      const archive = await readFile(join(folder, name));

      await assert.rejects(
        extractDocument(claimingBytes(archive, 2 ** 30), name, undefined),
        unreadable(/^it (takes more than 256 MB of memory to read|is damaged, or no )/),
      );
    });

    it(`rejects ${name} whose ${path} is nested 100,000 deep`, async () => {
      const bytes = await withPart(name, path, () => "<a>".repeat(100_000));

      await assert.rejects(
        extractDocument(bytes, name, undefined),
        unreadable(/^its elements are nested more than (200|500) deep/),
      );
    });
  }

  for (const [name, path, problem] of [
    ["python-docx-soup.docx", "word/document.xml", /^it is damaged, or no Word/],
    ["openpyxl-loans.xlsx", "xl/workbook.xml", /^it has no xl\/workbook\.xml/],
    ["openpyxl-loans.xlsx", "xl/worksheets/sheet1.xml", /^it has no xl\/worksheets\/sheet1\.xml/],
    ["python-pptx-bees.pptx", "ppt/presentation.xml", /^it has no ppt\/presentation\.xml/],
    ["python-pptx-bees.pptx", "ppt/slides/slide2.xml", /^it has no ppt\/slides\/slide2\.xml/],
  ] as const) {
    it(`rejects ${name} without its ${path}`, async () => {
      const bytes = await withPart(name, path, () => undefined);

      await assert.rejects(extractDocument(bytes, name, undefined), unreadable(problem));
    });
  }

  it("reads each slide once, though it refers to itself as to its notes", async () => {
    const name = "python-pptx-bees.pptx";
    const bytes = await withPart(name, "ppt/slides/_rels/slide1.xml.rels", (text) =>
      text
        .replace("slideLayouts/slideLayout1.xml", "slides/slide1.xml")
        .replace("relationships/slideLayout", "relationships/notesSlide"),
    );
    assert.notDeepEqual(unzipSync(bytes), await unzip(name));

    const { text } = await extractDocument(bytes, name, undefined);

    assert.equal(`${text}\n`, await readFile(join(folder, `${name}.txt`), "utf8"));
  });

  it("reads the other sheets of a workbook that says of itself that it is a sheet", async () => {
    const name = "openpyxl-loans.xlsx";
    const bytes = await withPart(name, "xl/_rels/workbook.xml.rels", (text) =>
      text.replace(/(?<=Target=")[^"]*worksheets\/sheet1\.xml/, "/xl/workbook.xml"),
    );
    assert.notDeepEqual(unzipSync(bytes), await unzip(name));

    assert.equal(await outcome(bytes, name), "Notes\n\nDeposits are given back in full.");
  });
});
