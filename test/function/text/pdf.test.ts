import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { extractDocument } from "../../../function/text/extract.ts";
import { readPdf } from "../../../function/text/pdf.ts";
import { readFixture } from "./fixture.ts";

/** A PDF of pages in Helvetica; each page is what is to be drawn on it. */
function pdfOf(pages: readonly string[], kids = pages.map((_, page) => `${4 + 2 * page} 0 R`)) {
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${kids.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...pages.flatMap((content, page) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 400] /Contents ${5 + 2 * page} 0 R ` +
        "/Resources << /Font << /F 3 0 R >> >> >>",
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    ]),
  ];
  let file = "%PDF-1.7\n";
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join("")}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF`;
  return Buffer.from(file, "latin1");
}

/** Lines at their heights, from the bottom. */
const draw = (...lines: readonly (readonly [y: number, text: string, size?: number])[]) =>
  lines.map(([y, text, size = 10]) => `BT /F ${size} Tf 20 ${y} Td (${text}) Tj ET`).join("\n");

describe("readPdf", () => {
  for (const [name, program, title, pages] of [
    ["libreoffice-policy.pdf", "LibreOffice", "Remote work: questions and answers", [1]],
    ["chromium-puncture.pdf", "a browser", "How to mend a puncture", [1, 2]],
    ["fpdf2-sky.pdf", "Python", "Reading the sky", [1, 2, 3]],
  ] as const) {
    it(`gives the text of a document printed by ${program}, with its pages`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, "application/pdf");
      const marked = new Set(document.structure.marks.map(({ place }) => place.page));
      assert.deepEqual([...marked], pages);
    });
  }

  it("takes what is larger for headings, and what stands close together for a paragraph", async () => {
    const page = draw(
      [380, "Bees", 20],
      [350, "In spring", 14],
      [330, "Look through the frames once every"],
      [318, "nine days."],
      [290, "Another paragraph stands here."],
    );

    const { text, title, structure } = await readPdf(pdfOf([page]));

    assert.equal(
      text,
      "Bees\n\nIn spring\n\nLook through the frames once every nine days.\n\nAnother paragraph stands here.",
    );
    assert.equal(title, "Bees");
    assert.deepEqual(structure.marks, [
      { start: 0, place: { page: 1, headings: ["Bees"] } },
      { start: 6, place: { page: 1, headings: ["Bees", "In spring"] } },
    ]);
  });

  it("joins words and paragraphs that were divided, at the end of a line and of a page", async () => {
    const pages = [
      draw([350, "The queen is marked with a dif-"], [338, "ferent colour every year, and"]),
      draw([350, "the colours come again after five."]),
    ];

    const { text, structure } = await readPdf(pdfOf(pages));

    assert.equal(
      text,
      "The queen is marked with a different colour every year, and the colours come again after five.",
    );
    assert.deepEqual(structure.marks, [{ start: 0, place: { page: 1 } }]);
  });

  it("leaves out what stands at the edge of the pages, with their numbers", async () => {
    const pages = [1, 2, 3].map((page) =>
      draw([390, "Annual report"], [200, `Text number ${page}.`], [10, `${page} of 3`]),
    );

    const { text } = await readPdf(pdfOf(pages));

    assert.equal(text, "Text number 1.\n\nText number 2.\n\nText number 3.");
  });

  it("rejects one that is encrypted, whatever its name and type say", async () => {
    const bytes = await readFile("test/fixtures/documents/qpdf-encrypted.pdf");

    await assert.rejects(extractDocument(bytes, "notes.txt", "text/plain"), {
      name: "UnreadableDocumentError",
      problem: "it is encrypted with a password. Save it without one and upload it again.",
    });
  });

  for (const [what, pages] of [
    ["a scan", 1],
    ["10,000 empty pages", 10_000],
  ] as const) {
    it(`rejects ${what}, and says what to do`, async () => {
      const bytes = pdfOf(Array.from({ length: pages }, () => "0 0 400 400 re f"));

      await assert.rejects(extractDocument(bytes, "scan.pdf", undefined), {
        name: "UnreadableDocumentError",
        problem:
          /^(its \d+ pages hold no text.*\(OCR\) first\.|it takes more than 10 s to read.*)$/,
      });
    });
  }

  for (const [what, bytes] of [
    ["whose pages hold themselves", pdfOf(["0 g"], ["2 0 R", "2 0 R"])],
    ["that is cut off", pdfOf([draw([350, "Text"])]).subarray(0, 60)],
    ["with nothing behind its name", Buffer.from("%PDF-1.7\n")],
  ] as const) {
    it(`rejects one ${what}`, async () => {
      await assert.rejects(extractDocument(bytes, "a.pdf", undefined), {
        name: "UnreadableDocumentError",
      });
    });
  }
});
