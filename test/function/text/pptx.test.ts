import assert from "node:assert/strict";
import { readFixture } from "./fixture.ts";

describe("readPptx", () => {
  for (const [name, program, title, slides] of [
    ["pandoc-puncture.pptx", "pandoc", "How to mend a puncture at the roadside", 1],
    ["libreoffice-puncture.pptx", "LibreOffice", "How to mend a puncture at the roadside", 1],
    ["python-pptx-bees.pptx", "Python, with notes", "Bees in spring", 2],
  ] as const) {
    it(`gives the text of a presentation made by ${program}, slide by slide`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      const pages = new Set(document.structure.marks.map(({ place }) => place.page));
      assert.deepEqual(
        [...pages],
        Array.from({ length: slides }, (_, index) => index + 1),
      );
    });
  }

  it("keeps a slide's title above what is on it and in its notes", async () => {
    const { document } = await readFixture("python-pptx-bees.pptx");

    assert.deepEqual(document.structure.marks, [
      { start: 0, place: { page: 1, headings: ["Bees in spring"] } },
      { start: 47, place: { page: 2, headings: ["Once every nine days"] } },
    ]);
  });
});
