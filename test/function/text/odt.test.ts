import assert from "node:assert/strict";
import { strToU8, zipSync } from "fflate";
import { extractDocument } from "../../../function/text/extract.ts";
import { readFixture } from "./fixture.ts";

const odtType = "application/vnd.oasis.opendocument.text";

/** The least that a document consists of. */
function odtOf(body: string, others: Readonly<Record<string, string>> = {}): Uint8Array {
  const content =
    "<office:document-content><office:automatic-styles>" +
    '<style:style style:name="P1" style:parent-style-name="Title"/></office:automatic-styles>' +
    `<office:body><office:text>${body}</office:text></office:body></office:document-content>`;
  const parts = Object.entries({ "content.xml": content, ...others });
  return zipSync({
    mimetype: [strToU8(odtType), { level: 0 }],
    ...Object.fromEntries(parts.map(([path, text]) => [path, strToU8(text)])),
  });
}

const read = (bytes: Uint8Array) => extractDocument(bytes, "a.odt", undefined);

describe("readOdt", () => {
  for (const [name, program, title, headers] of [
    [
      "libreoffice-minutes.odt",
      "LibreOffice",
      "Millbrook Lane Allotment Society: committee minutes",
      ["What | Who | By"],
    ],
    ["pandoc-policy.odt", "pandoc", "Remote work: questions and answers", []],
    ["abiword-soup.odt", "AbiWord", "Red lentil soup with lemon", []],
  ] as const) {
    it(`gives the text of a document made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, odtType);
      assert.deepEqual(
        document.structure.tables.map(({ header }) => header),
        headers,
      );
    });
  }

  it("is found out whatever its name and type say", async () => {
    const document = await extractDocument(odtOf("<text:p>Text.</text:p>"), "a.txt", "text/plain");

    assert.deepEqual([document.contentType, document.text], [odtType, "Text."]);
  });

  it("keeps headings, lists in lists, spaces and breaks, and reads notes behind their paragraphs", async () => {
    const { text, title, structure } = await read(
      odtOf(
        '<text:p text:style-name="P1">The title</text:p><text:section><text:h text:outline-level="2">A</text:h>' +
          "<text:p>One<text:s/>two<text:tab/><text:span>three</text:span><text:line-break/>four<text:note>" +
          "<text:note-citation>1</text:note-citation><text:note-body><text:p>A note.</text:p></text:note-body>" +
          "</text:note>.</text:p></text:section><text:list><text:list-item><text:p>x</text:p><text:list>" +
          "<text:list-item><text:p>y</text:p></text:list-item></text:list></text:list-item></text:list>" +
          "<text:p><draw:frame><draw:text-box><text:p>Box.</text:p></draw:text-box></draw:frame></text:p>",
      ),
    );

    assert.equal(text, "The title\n\nA\n\nOne two three\nfour1.\n\nA note.\n\n- x\n  - y\n\nBox.");
    assert.equal(title, "The title");
    assert.deepEqual(structure.marks.at(-1)?.place, { headings: ["The title", "A"] });
  });

  it("leaves out what is deleted, comments and tables of contents", async () => {
    const { text } = await read(
      odtOf(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>Old.</text:p></text:deletion>" +
          "</text:changed-region></text:tracked-changes><text:table-of-content><text:index-body><text:p>A 1" +
          "</text:p></text:index-body></text:table-of-content><text:p>New<office:annotation><dc:creator>B" +
          "</dc:creator><text:p>Why?</text:p></office:annotation>.</text:p>",
      ),
    );

    assert.equal(text, "New.");
  });

  it("puts cells into rows, also those that another one covers", async () => {
    const row = (...cells: string[]) =>
      `<table:table-row>${cells.map((cell) => `<table:table-cell>${cell}</table:table-cell>`).join("")}</table:table-row>`;
    const { text, structure } = await read(
      odtOf(
        `<table:table><table:table-header-rows>${row("<text:p>Bed</text:p>", "<text:p>Crop</text:p>")}` +
          `</table:table-header-rows>${row("<text:p>1</text:p>", "<text:p>peas</text:p><text:p>beans</text:p>")}` +
          "<table:table-row><table:table-cell><text:p>none</text:p></table:table-cell>" +
          "<table:covered-table-cell/></table:table-row></table:table>",
      ),
    );

    assert.equal(text, "Bed | Crop\n1 | peas beans\nnone | ");
    assert.equal(structure.tables[0]?.header, "Bed | Crop");
  });

  it("takes the title from what is said of the document", async () => {
    const meta =
      "<office:document-meta><office:meta><dc:title>Mine</dc:title></office:meta></office:document-meta>";

    const { title } = await read(odtOf("<text:p>Text.</text:p>", { "meta.xml": meta }));

    assert.equal(title, "Mine");
  });

  for (const [what, bytes, problem] of [
    [
      "that is encrypted",
      odtOf("", {
        "META-INF/manifest.xml":
          "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
        "content.xml": "\0\x01",
      }),
      /^it is encrypted with a password/,
    ],
    [
      "without its content",
      zipSync({ mimetype: [strToU8(odtType), { level: 0 }] }),
      /^it has no content\.xml in it/,
    ],
    [
      "that is cut off",
      odtOf("<text:p>Text.</text:p>").subarray(0, 200),
      /^it is damaged, or no OpenDocument/,
    ],
  ] as const) {
    it(`rejects one ${what}`, async () => {
      await assert.rejects(read(bytes), { name: "UnreadableDocumentError", problem });
    });
  }
});
