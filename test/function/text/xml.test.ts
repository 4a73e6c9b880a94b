import assert from "node:assert/strict";
import { extractDocument } from "../../../function/text/extract.ts";
import { readXml } from "../../../function/text/xml.ts";
import { readFixture } from "./fixture.ts";

describe("readXml", () => {
  for (const [name, program, title] of [
    ["pandoc-policy.xml", "pandoc, as DocBook", "Remote work: questions and answers"],
    ["pandoc-soup.xml", "pandoc, as JATS", "Red lentil soup with lemon"],
    ["python-catalogue.xml", "Python, in ISO 8859-1", undefined],
  ] as const) {
    it(`gives the text of a document made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, "application/xml");
    });
  }

  it("gives data as values with their paths, and numbers what there are several of", () => {
    const { text, structure } = readXml(
      `<shop xmlns="urn:x" xmlns:s="urn:y"><name>Keller</name><s:order id="7"><line sku="a">Paint</line>
       <line>Brush</line><to><city>Ulm</city></to></s:order><s:order id="8"/></shop>`,
    );

    assert.deepEqual(text.split("\n"), [
      "name: Keller",
      "",
      "order.id: 7",
      "order.line[0].sku: a",
      "order.line[0]: Paint",
      "order.line[1]: Brush",
      "order.to.city: Ulm",
      "",
      "order.id: 8",
    ]);
    assert.deepEqual(
      structure.marks.map(({ place }) => place),
      [{ row: 1 }, { row: 2 }],
    );
  });

  it("gives prose as paragraphs below its titles, lists, rows and listings", () => {
    const { text, structure } = readXml(
      `<article><title>A</title><para>One\n <emphasis>two</emphasis>.</para><section><title>B</title>
       <programlisting>x\n  y</programlisting><itemizedlist><listitem><para>i</para></listitem></itemizedlist>
       <row><entry>1</entry><entry>2</entry></row><para>Three.</para></section></article>`,
    );

    assert.equal(text, "A\n\nOne two.\n\nB\n\nx\ny\n\n- i\n\n1 | 2\n\nThree.");
    assert.deepEqual(structure.marks.at(-1)?.place, { headings: ["A", "B"] });
  });

  it("expands XML's own entities and numbers, and no other", () => {
    const { text } = readXml(
      "<a>&lt;&amp;&gt;&quot;&apos; &#65;&#x42; &eacute; <![CDATA[<&amp;>]]></a>",
    );

    assert.equal(text, `<&>"' AB &eacute; <&amp;>`);
  });

  it("keeps the type of a document that is XML and more", async () => {
    const feed = '<?xml version="1.0"?><rss><channel><title>News</title></channel></rss>';

    const document = await extractDocument(Buffer.from(feed), "a.xml", "application/rss+xml");

    assert.deepEqual(
      [document.contentType, document.text],
      ["application/rss+xml", "channel.title: News"],
    );
  });

  for (const [what, xml, problem] of [
    ["an element that is not closed", "<a><b></a>", /^its element b is not closed/],
    ["an end that is missing", "<a><b/>", /^its element a is not closed/],
    [
      "a second one beside the outermost",
      "<a/><b/>",
      /^its element b stands outside of the outermost one/,
    ],
    ["what has no element", "only text", /^it has no XML element/],
    [
      "elements nested too deeply",
      "<a>".repeat(300),
      /^its elements are nested more than 200 deep/,
    ],
    [
      "declarations of its own",
      '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
      /^its DOCTYPE declares entities or elements of its own, .*xmllint --noent/,
    ],
    [
      "a file of this machine as an entity",
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
      /^its DOCTYPE declares/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readXml(xml), { name: "UnreadableDocumentError", problem });
    });
  }

  it("reads a document with a DOCTYPE that points elsewhere, and fetches nothing", () => {
    const xml = '<!DOCTYPE a PUBLIC "-//X" "http://192.0.2.1/a.dtd"><a><b c="1"/></a>';

    assert.equal(readXml(xml).text, "b.c: 1");
  });
});
