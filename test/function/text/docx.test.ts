import assert from "node:assert/strict";
import { strToU8, zipSync } from "fflate";
import { extractDocument } from "../../../function/text/extract.ts";
import { readFixture } from "./fixture.ts";

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/** The least that a Word document consists of. */
const docxOf = (document: string) =>
  zipSync({
    "[Content_Types].xml": strToU8(
      '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override ' +
        `PartName="/word/document.xml" ContentType="${docxType}.main+xml"/></Types>`,
    ),
    "_rels/.rels": strToU8(
      '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" ' +
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ' +
        'Target="word/document.xml"/></Relationships>',
    ),
    "word/document.xml": strToU8(document),
  });

const body = (content: string) =>
  '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">' +
  `<w:body>${content}</w:body></w:document>`;

describe("readDocx", () => {
  for (const [name, program, title, tables] of [
    ["pandoc-policy.docx", "pandoc", "Remote work: questions and answers", 0],
    ["libreoffice-minutes.docx", "LibreOffice", "Minutes", 1],
    ["python-docx-soup.docx", "Python", "Red lentil soup with lemon", 1],
  ] as const) {
    it(`gives the text of a document made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, docxType);
      assert.equal(document.structure.tables.length, tables);
    });
  }

  it("keeps the headings, for the chunks below them", async () => {
    const { document } = await readFixture("pandoc-policy.docx");

    assert.deepEqual(document.structure.marks[1], {
      start: 151,
      place: {
        headings: ["Remote work: questions and answers", "How many days may I work from home?"],
      },
    });
  });

  it("is found out whatever its name and type say", async () => {
    const bytes = docxOf(body("<w:p><w:r><w:t>Text.</w:t></w:r></w:p>"));

    const document = await extractDocument(bytes, "notes.txt", "text/plain");

    assert.equal(document.text, "Text.");
    assert.equal(document.contentType, docxType);
  });

  it("never expands an entity", async () => {
    const entities = Array.from(
      { length: 9 },
      (_, n) => `<!ENTITY e${n + 1} "${`&e${n};`.repeat(10)}">`,
    );
    const doctype = `<!DOCTYPE a [<!ENTITY e0 "lol">${entities.join("")}]>`;
    const bytes = docxOf(doctype + body("<w:p><w:r><w:t>&e9;</w:t></w:r></w:p>"));

    const text = await extractDocument(bytes, "a.docx", undefined).then(
      (document) => document.text,
      (error: unknown) => String(error),
    );

    assert.ok(text.length < 1_000, `${text.length} characters`);
  });

  it("rejects XML of many outermost elements, over which the library would take minutes", async () => {
    const bytes = docxOf("<p>x<b>y</b></p>".repeat(50_000));

    await assert.rejects(extractDocument(bytes, "a.docx", undefined), {
      name: "UnreadableDocumentError",
      problem: /^its element p stands outside of the outermost one/,
    });
  });

  for (const [what, bytes] of [
    ["without a document in it", zipSync({ "word/document.xml": new Uint8Array() })],
    ["that is cut off", docxOf(body("<w:p/>")).subarray(0, 700)],
    ["that is no XML", docxOf("text")],
  ] as const) {
    it(`rejects one ${what}`, async () => {
      await assert.rejects(extractDocument(bytes, "a.docx", docxType), {
        name: /^(UnreadableDocumentError|EmptyDocumentError|UnsupportedTypeError)$/,
      });
    });
  }
});
