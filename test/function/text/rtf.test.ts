import assert from "node:assert/strict";
import fc from "fast-check";
import { extractDocument } from "../../../function/text/extract.ts";
import { readRtf } from "../../../function/text/rtf.ts";
import { readFixture } from "./fixture.ts";

/** Bytes are given as characters. */
const rtfOf = (content: string) => Buffer.from(`{\\rtf1\\ansi ${content}}`, "latin1");
const textOf = (content: string) => readRtf(rtfOf(content)).text;

describe("readRtf", () => {
  for (const [name, program, title, header] of [
    [
      "libreoffice-minutes.rtf",
      "LibreOffice",
      "Millbrook Lane Allotment Society: committee minutes",
      "What | Who | By",
    ],
    ["pandoc-policy.rtf", "pandoc", "How many days may I work from home?", undefined],
    ["abiword-soup.rtf", "AbiWord", "Red lentil soup with lemon", undefined],
  ] as const) {
    it(`gives the text of a document made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, "application/rtf");
      assert.equal(document.structure.tables[0]?.header, header);
    });
  }

  it("keeps the headings, for the chunks below them", async () => {
    const { document } = await readFixture("libreoffice-minutes.rtf");

    assert.deepEqual(document.structure.marks.slice(0, 2), [
      { start: 0, place: { headings: ["Millbrook Lane Allotment Society: committee minutes"] } },
      { start: 216, place: { headings: ["1. Minutes of 10 March"] } },
    ]);
  });

  it("is found out whatever its name and type say", async () => {
    const document = await extractDocument(rtfOf("Text."), "a.doc", "application/msword");

    assert.deepEqual([document.contentType, document.text], ["application/rtf", "Text."]);
  });

  for (const [what, content, text] of [
    ["in the set of Western Windows, where none is said", "\\'fcber \\'80 5", "über € 5"],
    ["in the set of the document", "\\ansicpg1250 \\'b3\\'f3d\\'9f", "łódź"],
    ["in the set of a Mac", "\\mac \\'9fber", "über"],
    [
      "in the set of each font",
      "{\\fonttbl{\\f0\\fcharset0 A;}{\\f7\\fcharset204 B;}}\\'e4 {\\f7 \\'e4\\plain \\'e4}\\'e4",
      "ä дää",
    ],
    ["in the default font's set", "\\deff3{\\fonttbl{\\f3\\fnil\\fcharset161 A;}}\\'e1\\'e2", "αβ"],
    [
      "of two bytes, of which the second is written as it is",
      "{\\fonttbl{\\f0\\fcharset128 A;}}\\f0 \\'93\\'fa\\'96{\\b{}}{}{\\*\\a b}\\'7b \\'83A",
      "日本 ア",
    ],
    ["as they are, though they are not ASCII", "\xfcber", "über"],
    ["that Unicode has", "\\u252?ber \\u-4064?", "über \uf020"],
    ["outside of Unicode's first plane", "\\u-10179?\\u-8704?", "😀"],
    [
      "with several that stand for them",
      "\\uc2\\u8364\\'45Ur{\\uc0\\u8364 r}\\u8364?\\'3f.",
      "€r€r€.",
    ],
    ["with nothing that stands for them", "{\\u8364}r\\par\\u8364\\par r", "€r\n\n€\n\nr"],
    [
      "that have words or symbols of their own",
      "a\\~b\\endash c\\_d\\{\\\\\\}\\-e\\rquote s",
      "a b–c‑d{\\}e’s",
    ],
  ] as const) {
    it(`reads characters ${what}`, () => assert.equal(textOf(content), text));
  }

  it("gives back any text that is written in Unicode's numbers", () => {
    const escaped = (text: string) =>
      Array.from({ length: text.length }, (_, at) => `\\u${(text.charCodeAt(at) << 16) >> 16}?`);
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        const shown = text.replaceAll(/\s+/g, " ").trim();
        assert.equal(textOf(escaped(shown).join("")), shown);
      }),
    );
  });

  it("leaves out what no reader sees", () => {
    const content = [
      "{\\header Head\\par}{\\footerf Foot\\par}{\\colortbl;\\red0;}{\\*\\generator Riched20 10.0;}",
      "One{\\v  hidden}{\\deleted  deleted}{\\*\\annotation A comment}\\v  too\\v0 .",
      "{\\pict\\wmetafile8 0100090000}{\\*\\shppict{\\pict 89504e47}}{\\object{\\*\\objdata 0105}{\\result  Two.}}",
      '{\\field{\\*\\fldinst HYPERLINK "https://example.com"}{\\fldrslt  Three.}}',
      "{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv 1}}{\\shptxt  Four.}}{\\shprslt Four}}{\\xe Index}",
    ];

    assert.equal(textOf(content.join("\r\n")), "One. Two. Three. Four.");
  });

  it("passes over the bytes of a picture, whatever they are", () => {
    assert.equal(textOf("One {\\pict\\bin6 }{\\'a\0}two."), "One two.");
  });

  it("takes the title from what is said of the document", () => {
    const { title, text } = readRtf(
      rtfOf("{\\info{\\title The \\'dcbersicht}{\\author A. Author}{\\*\\company C}}Text."),
    );

    assert.deepEqual([title, text], ["The Übersicht", "Text."]);
  });

  it("takes for headings what has an outline's level or a heading's style", () => {
    const styles =
      "{\\stylesheet{\\s0 Normal;}{\\s5{\\*\\x y}\\b heading 2;}{\\s6\\outlinelevel0 \\'dcberschrift;}{\\*\\cs5 Strong;}}";
    const { text, structure } = readRtf(
      rtfOf(
        `${styles}\\s6 A\\par\\pard a\\par\\s5 B\\par\\pard{\\pard\\outlinelevel2 C\\par}\\outlinelevel9 b\\par`,
      ),
    );

    assert.equal(text, "A\n\na\n\nB\n\nC\n\nb");
    assert.deepEqual(
      structure.marks.map(({ place }) => place.headings),
      [["A"], ["A", "B"], ["A", "B", "C"]],
    );
  });

  it("takes for items what has a marker", () => {
    const content =
      "Things:\\par{\\listtext\\'b7\\tab}one\\par\\ilvl1{\\pntext\\'b7\\tab}two\\par\\pard " +
      "\\bullet\\tab three\\par 4.\\tab four\\par 5. is no item\\par";

    assert.equal(textOf(content), "Things:\n\n- one\n  - two\n- three\n- four\n\n5. is no item");
  });

  it("puts cells into rows, and what is in one cell into one line", () => {
    const row = (...cells: string[]) =>
      `\\trowd\\cellx1\\pard\\intbl ${cells.map((cell) => `${cell}\\cell `).join("")}\\row\\pard `;
    const content = `Before\\par${row("Bed", "Crop")}${row("1", "peas\\par beans")}${row("2", "{\\listtext -}kale")}After`;

    const { text, structure } = readRtf(rtfOf(content));

    assert.equal(text, "Before\n\nBed | Crop\n1 | peas beans\n2 | kale\n\nAfter");
    assert.equal(structure.tables[0]?.header, "Bed | Crop");
  });

  it("reads a table that only arranges a page cell by cell", () => {
    const row = "\\trowd\\pard\\intbl Left.\\cell Right.\\cell\\row\\pard ";

    assert.equal(textOf(`${row}After`), "Left.\n\nRight.\n\nAfter");
  });

  it("reads footnotes behind the paragraph that they are in", () => {
    const content =
      "One{\\super 1{\\footnote\\pard\\super 1\\plain  A note.\\par More.}}, two.\\par Three.";

    assert.equal(textOf(content), "One1, two.\n\n1 A note.\nMore.\n\nThree.");
  });

  it("ends with the document, whatever is behind it", () => {
    assert.equal(
      readRtf(Buffer.concat([rtfOf("Text."), Buffer.from("\0}{{\\bin9 ")])).text,
      "Text.",
    );
  });

  for (const [what, bytes, problem] of [
    ["that is none", Buffer.from("Text"), /^it does not begin with \{\\rtf/],
    [
      "that is cut off",
      rtfOf("{\\b Text").subarray(0, -1),
      /^it is cut off: 2 of its groups do not end/,
    ],
    [
      "whose picture is said to have 2 GB",
      rtfOf("{\\pict\\bin2147483647 \0}"),
      /^it says that 2,147,483,647 bytes of a picture or an object follow, and ends before/,
    ],
    [
      "of a million levels",
      Buffer.from(`{\\rtf1${"{".repeat(1_000_000)}`),
      /^its groups are nested more than 1,000 deep/,
    ],
    [
      "that ends in a control word",
      Buffer.from("{\\rtf1 \\"),
      /^it is cut off: 1 of its groups do not end/,
    ],
  ] as const) {
    it(`rejects one ${what}`, async () => {
      await assert.rejects(extractDocument(bytes, "a.rtf", "application/rtf"), {
        name: "UnreadableDocumentError",
        problem,
      });
    });
  }
});
