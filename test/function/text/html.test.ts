import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { extractDocument } from "../../../function/text/extract.ts";
import { readHtml } from "../../../function/text/html.ts";

const fixtures = join(import.meta.dirname, "../../fixtures/documents");

/** Each stretch of the text with the headings above it. */
function paths(html: string): unknown[] {
  const { text, structure } = readHtml(html);
  return structure.marks.map(({ start, place }) => [text.slice(start).split("\n", 1)[0], place]);
}

describe("readHtml", () => {
  for (const [name, made, title] of [
    ["pandoc-policy.html", "pandoc, with a table of contents", "Remote work"],
    ["libreoffice-puncture.html", "LibreOffice", "How to mend a puncture at the roadside"],
    [
      "chromium-notes.html",
      "a browser, as the page's scripts left it",
      "Mending nets · The Harbour Notes",
    ],
  ] as const) {
    it(`gives the content of a page made by ${made}`, async () => {
      const path = join(fixtures, name);

      const document = await extractDocument(await readFile(path), name, undefined);

      assert.equal(`${document.text}\n`, await readFile(`${path}.txt`, "utf8"));
      assert.equal(document.title, title);
      assert.equal(document.contentType, "text/html");
    });
  }

  it("leaves out navigation, scripts, styles and what is hidden, where nothing is marked as the main part", () => {
    const { text } = readHtml(
      "<style>p{}</style><nav>Home</nav><p>Seen.</p><p hidden>Unseen.</p><script>let x</script>" +
        "<noscript>Turn it on.</noscript><footer>Imprint</footer><svg><text>Logo</text></svg>",
    );

    assert.equal(text, "Seen.");
  });

  it("takes the main part alone where the author marked one", () => {
    assert.equal(readHtml("<p>Before.</p><main>It.</main><p>After.</p>").text, "It.");
  });

  it("keeps what a reading view would leave out, where that is most of the page", () => {
    const links = Array.from({ length: 20 }, (_, n) => `<li><a href="/${n}">Entry ${n}</a></li>`);

    const { text } = readHtml(`<h1>Index</h1><p>All of it.</p><ul>${links.join("")}</ul>`);

    const items = links.map((_, n) => `- Entry ${n}`);
    assert.equal(text, `Index\n\nAll of it.\n\n${items.join("\n")}`);
  });

  it("says of each stretch which headings stand above it, and of a table's row its number", () => {
    const html =
      "<main><h1>A</h1><p>1</p><h3>B</h3><p>2</p><h2>C</h2><p>3</p>" +
      "<table><tr><th>x<th>y<tr><td>4<td>5<tr><td>6<td>7</table><p>8</p></main>";

    assert.deepEqual(paths(html), [
      ["A", { headings: ["A"] }],
      ["B", { headings: ["A", "B"] }],
      ["C", { headings: ["A", "C"] }],
      ["x | y", { headings: ["A", "C"], row: 1 }],
      ["4 | 5", { headings: ["A", "C"], row: 1 }],
      ["6 | 7", { headings: ["A", "C"], row: 2 }],
      ["8", { headings: ["A", "C"] }],
    ]);
  });

  it("tells a table of data from one that arranges the page", () => {
    const data = readHtml(
      "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>",
    );
    const layout = readHtml("<table><tr><td><h2>Left</h2>one</td><td>two</td></tr></table>");

    assert.deepEqual([data.text, data.structure.tables.length], ["a | b\nc | d", 1]);
    assert.deepEqual([layout.text, layout.structure.tables.length], ["Left\n\none\n\ntwo", 0]);
  });

  it("keeps lists in lists, line breaks, and the lines of preformatted text", () => {
    const { text } = readHtml(
      "<p>One<br>two <b>th</b>ree</p><ul><li>a<ol><li>b</li></ol></li><li><p>c</p></li></ul><pre>x\ny</pre>",
    );

    assert.equal(text, "One\ntwo three\n\n- a\n  - b\n- c\n\nx\ny");
  });

  it("gives nothing that Postgres cannot hold", () => {
    const { text, title } = readHtml("<title>T\0</title><p>a\0b&#0;&#xD800;c</p>");

    assert.ok(!`${title}${text}`.includes("\0") && text.isWellFormed());
    assert.match(text, /^ab.*c$/);
  });

  for (const [what, repeated] of [
    ["elements", "<div>"],
    ["elements that others' ends stand between", "<h6></h1>"],
    ["elements that often end by themselves", "<td><p>"],
  ] as const) {
    it(`refuses ${what} that are nested too deeply, and says so`, () => {
      assert.throws(() => readHtml(`${repeated.repeat(100_000)}text`), {
        name: "UnreadableDocumentError",
        message:
          "The object cannot be read: its elements are nested more than 500 deep. Save it in a simpler form.",
      });
    });
  }

  it("reads as many paragraphs and items that end by themselves as there are", () => {
    const { text } = readHtml(`<p>a<ul>${"<li>b".repeat(2_000)}</ul>`);

    assert.equal(text, `a\n\n${"- b\n".repeat(2_000).trim()}`);
  });
});
