import assert from "node:assert/strict";
import { readAsciidoc } from "../../../function/text/asciidoc.ts";
import { readFixture } from "./fixture.ts";

describe("readAsciidoc", () => {
  for (const [name, program, title] of [
    ["pandoc-minutes.adoc", "pandoc, with a title", "Minutes of the allotment committee"],
    ["pandoc-soup.adoc", "pandoc, without one", undefined],
    ["pandoc-puncture.adoc", "pandoc, for Asciidoctor", undefined],
  ] as const) {
    it(`gives the text as it is of a document made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, "text/asciidoc");
    });
  }

  it("says which headings stand above, outside of comments, listings and literal text", () => {
    const text =
      "= T\n\n== A\n\n----\n== not\n....\n----\n\n////\n== not\n////\n\n=== B\r\n\n====\nx\n====\n\n== C\n";

    const { structure, title } = readAsciidoc(text);

    assert.equal(title, "T");
    assert.deepEqual(
      structure.marks.map(({ place }) => place.headings),
      [["T"], ["T", "A"], ["T", "A", "B"], ["T", "C"]],
    );
    assert.equal(structure.marks[3]?.start, text.indexOf("== C"));
  });
});
