import assert from "node:assert/strict";
import fc from "fast-check";
import { parseSnippet } from "../../../../local/studio/page/snippet.ts";

describe("a snippet", () => {
  it("falls into marked words and the text between them", () => {
    assert.deepEqual(parseSnippet("<mark>Green</mark> tea\nand <mark>black\ntea</mark>"), [
      { text: "Green", isMarked: true },
      { text: " tea\nand ", isMarked: false },
      { text: "black\ntea", isMarked: true },
    ]);
  });

  it("has the characters that HTML escapes, each once", () => {
    assert.deepEqual(parseSnippet("a &lt;b&gt; <mark>R&amp;D</mark> &amp;lt;"), [
      { text: "a <b> ", isMarked: false },
      { text: "R&D", isMarked: true },
      { text: " &lt;", isMarked: false },
    ]);
  });

  it("takes any other tag, and a mark that is not closed, for text", () => {
    assert.deepEqual(parseSnippet("<img src=x> <mark>open"), [
      { text: "<img src=x> <mark>open", isMarked: false },
    ]);
  });

  it("gives back any text that was escaped, whatever of it is marked", () => {
    const escapeHtml = (text: string) =>
      text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    const words = fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.boolean()));
    fc.assert(
      fc.property(words, (parts) => {
        const snippet = parts
          .map(([text, isMarked]) =>
            isMarked ? `<mark>${escapeHtml(text)}</mark>` : escapeHtml(text),
          )
          .join("");

        const parsed = parseSnippet(snippet);

        assert.equal(parsed.map(({ text }) => text).join(""), parts.map(([text]) => text).join(""));
        const marked = parsed.filter(({ isMarked }) => isMarked).map(({ text }) => text);
        assert.deepEqual(
          marked,
          parts.filter(([, isMarked]) => isMarked).map(([text]) => text),
        );
      }),
    );
  });
});
