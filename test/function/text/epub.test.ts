import assert from "node:assert/strict";
import { strToU8, zipSync } from "fflate";
import { extractDocument } from "../../../function/text/extract.ts";
import { readFixture } from "./fixture.ts";

const container =
  '<container><rootfiles><rootfile full-path="OEBPS/content.opf" ' +
  'media-type="application/oebps-package+xml"/></rootfiles></container>';

interface Book {
  readonly metadata?: string;
  /** The manifest's items: `id href media-type` and further attributes. */
  readonly items: readonly string[];
  readonly spine: readonly string[];
  readonly parts: Readonly<Record<string, string | Uint8Array>>;
}

const xhtml = "application/xhtml+xml";
const item = (id: string, href: string, rest = "", type = xhtml) =>
  `<item id="${id}" href="${href}" media-type="${type}" ${rest}/>`;

const page = (body: string) =>
  `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>${body}</body></html>`;

function epubOf({ metadata = "", items, spine, parts }: Book): Uint8Array {
  const document =
    `<package><metadata>${metadata}</metadata><manifest>${items.join("")}</manifest>` +
    `<spine>${spine.map((id) => `<itemref idref="${id}"/>`).join("")}</spine></package>`;
  const all = {
    mimetype: "application/epub+zip",
    "META-INF/container.xml": container,
    "OEBPS/content.opf": document,
    ...parts,
  };
  const bytes = Object.entries(all).map(([path, part]) => [
    path,
    typeof part === "string" ? strToU8(part) : part,
  ]);
  return zipSync({ ...Object.fromEntries(bytes), mimetype: [strToU8(all.mimetype), { level: 0 }] });
}

/** A book of one chapter, with other parts beside it. */
const bookOf = (body: string, parts: Book["parts"] = {}) =>
  epubOf({
    items: [item("a", "a.xhtml")],
    spine: ["a"],
    parts: { "OEBPS/a.xhtml": page(body), ...parts },
  });

const read = (bytes: Uint8Array) => extractDocument(bytes, "a.epub", undefined);

describe("readEpub", () => {
  for (const [name, program, title, tables] of [
    ["pandoc-puncture.epub", "pandoc", "How to mend a puncture at the roadside", 0],
    ["libreoffice-policy.epub", "LibreOffice", "Remote work: questions and answers", 0],
    ["calibre-sky.epub", "calibre, in many parts", "Reading the sky", 1],
  ] as const) {
    it(`gives the text of a book made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, "application/epub+zip");
      assert.equal(document.structure.tables.length, tables);
    });
  }

  it("keeps the headings from one part to the next", async () => {
    const { document } = await readFixture("calibre-sky.epub");

    assert.deepEqual(document.structure.marks[2], {
      start: 753,
      place: {
        headings: [
          "Reading the sky: a walker’s guide to weather without a forecast",
          "Start with the wind",
        ],
      },
    });
  });

  it("is found out whatever its name and type say", async () => {
    const document = await extractDocument(bookOf("<p>Text.</p>"), "a.zip", "application/zip");

    assert.deepEqual([document.contentType, document.text], ["application/epub+zip", "Text."]);
  });

  it("reads the spine's order, each chapter once, without the table of contents", async () => {
    const bytes = epubOf({
      metadata: "<dc:title> </dc:title><dc:title>The  book</dc:title>",
      items: [
        item("one", "text/one.xhtml"),
        item("two", "text/Zwei%20%C3%BC.xhtml#start"),
        item("toc", "nav.xhtml", 'properties="scripted nav"'),
        item("unused", "unused.xhtml"),
      ],
      spine: ["toc", "two", "one", "two"],
      parts: {
        "OEBPS/text/one.xhtml": page('<p>One<a id="x"/>,<br/>still.</p>'),
        "OEBPS/text/Zwei ü.xhtml": page("<h1>Two</h1><script src='x'/><p>Zwei.</p>"),
        "OEBPS/nav.xhtml": page("<nav><ol><li>Two</li></ol></nav>"),
        "OEBPS/unused.xhtml": page("<p>Unused.</p>"),
      },
    });

    const { text, title } = await read(bytes);

    assert.equal(text, "Two\n\nZwei.\n\nOne,\nstill.");
    assert.equal(title, "The book");
  });

  it("reads what stands for a part that is no page, and passes over one that nothing stands for", async () => {
    const bytes = epubOf({
      items: [
        item("map", "map.svg", 'fallback="film"', "image/svg+xml"),
        item("film", "film.mp4", 'fallback="words"', "video/mp4"),
        item("words", "words.xhtml"),
        item("cover", "cover.svg", "", "image/svg+xml"),
        item("round", "round.svg", 'fallback="and"', "image/svg+xml"),
        item("and", "and.svg", 'fallback="round"', "image/svg+xml"),
      ],
      spine: ["cover", "round", "map"],
      parts: { "OEBPS/words.xhtml": page("<p>In words.</p>") },
    });

    assert.equal((await read(bytes)).text, "In words.");
  });

  it("reads chapters in the character set that they say", async () => {
    const chapter = `<?xml version="1.0" encoding="iso-8859-1"?><html xmlns="http://www.w3.org/1999/xhtml"><body><p>Über.</p></body></html>`;
    const bytes = bookOf("", { "OEBPS/a.xhtml": Buffer.from(chapter, "latin1") });

    assert.equal((await read(bytes)).text, "Über.");
  });

  it("never expands an entity", async () => {
    const doctype = '<!DOCTYPE html [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>';
    const bytes = bookOf("", { "OEBPS/a.xhtml": `${doctype}<html><body><p>&b;</p></body></html>` });

    assert.doesNotMatch((await read(bytes)).text, /lollol/);
  });

  const encryption = (...algorithms: readonly string[]) =>
    `<encryption>${algorithms
      .map(
        (algorithm) =>
          `<enc:EncryptedData><enc:EncryptionMethod Algorithm="${algorithm}"/></enc:EncryptedData>`,
      )
      .join("")}</encryption>`;

  for (const algorithm of [
    "http://www.idpf.org/2008/embedding",
    "http://ns.adobe.com/pdf/enc#RC",
  ]) {
    it(`reads one whose fonts are hidden by ${algorithm}`, async () => {
      const bytes = bookOf("<p>Text.</p>", { "META-INF/encryption.xml": encryption(algorithm) });

      assert.equal((await read(bytes)).text, "Text.");
    });
  }

  for (const [what, bytes, problem] of [
    [
      "that is encrypted",
      bookOf("<p>Text.</p>", {
        "META-INF/encryption.xml": encryption(
          "http://www.idpf.org/2008/embedding",
          "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
        ),
      }),
      /^it is encrypted, as books with copy protection \(DRM\) are/,
    ],
    [
      "whose spine leads to nothing in its manifest",
      epubOf({ items: [], spine: ["b"], parts: {} }),
      /^its spine leads to "b", which its manifest does not have/,
    ],
    [
      "without one of its chapters",
      epubOf({ items: [item("b", "b.xhtml")], spine: ["b"], parts: {} }),
      /^it has no OEBPS\/b\.xhtml in it/,
    ],
    [
      "whose spine leads out of it",
      epubOf({
        items: [item("b", "../../../../etc/passwd")],
        spine: ["b"],
        parts: { "../../etc/passwd": "root" },
      }),
      /^it has no etc\/passwd in it/,
    ],
    [
      "whose spine leads to another host",
      epubOf({
        items: [item("b", "http://127.0.0.1/OEBPS/a.xhtml")],
        spine: ["b"],
        parts: { "OEBPS/a.xhtml": page("<p>a</p>") },
      }),
      /^it has no http:\/\/127\.0\.0\.1\/OEBPS\/a\.xhtml in it/,
    ],
    [
      "without a package document",
      bookOf("", { "META-INF/container.xml": "<container/>" }),
      /^it has no part in it/,
    ],
    [
      "whose package document would be a billion laughs",
      bookOf("", { "OEBPS/content.opf": '<!DOCTYPE a [<!ENTITY a "b">]><package/>' }),
      /^its DOCTYPE declares entities/,
    ],
    ["that is cut off", bookOf("<p>Text.</p>").subarray(0, 300), /^it is damaged, or no EPUB/],
    [
      "whose elements are nested 100,000 deep",
      bookOf("<div>".repeat(100_000)),
      /^its elements are nested more than 500 deep/,
    ],
  ] as const) {
    it(`rejects one ${what}`, async () => {
      await assert.rejects(read(bytes), { name: "UnreadableDocumentError", problem });
    });
  }
});
