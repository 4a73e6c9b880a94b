import assert from "node:assert/strict";
import { readEmail } from "../../../function/text/email.ts";
import { extractDocument } from "../../../function/text/extract.ts";
import { readFixture } from "./fixture.ts";

const read = (lines: readonly string[]) => readEmail(Buffer.from(lines.join("\r\n"), "latin1"));
const part = (boundary: string, type: string, ...lines: string[]) => [
  `--${boundary}`,
  `Content-Type: ${type}`,
  "",
  ...lines,
];

describe("readEmail", () => {
  for (const [name, program, title] of [
    [
      "mutt-weekend.eml",
      "mutt, with headers in ISO 8859-1 and an attachment",
      "Chor: Herbstwochenende in der Mühle",
    ],
    ["git-attached.eml", "git, with a patch attached", "[PATCH] Count whole hours only"],
    ["python-order.eml", "Python, as a page alone", "Your order 20260117 is on its way"],
  ] as const) {
    it(`gives the text of a message made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.title, title);
      assert.equal(document.contentType, "message/rfc822");
    });
  }

  it("prefers the text to the page, and names what is attached without reading it", async () => {
    const { text, title } = await read([
      "Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=",
      "To: Ann <ann@example.org>, team: bo@example.org, Cy <cy@example.org>;",
      "Content-Type: multipart/mixed; boundary=x",
      "",
      ...part("x", "multipart/alternative; boundary=y"),
      ...part("y", "text/html", "<p>page</p>"),
      ...part("y", "text/plain; charset=iso-8859-2", "text \xb1"),
      "--y--",
      ...part("x", 'application/pdf; name="a.pdf"', "unread"),
      "--x--",
    ]);

    assert.equal(title, "Grüße");
    assert.deepEqual(text.split("\n"), [
      "Subject: Grüße",
      "To: Ann <ann@example.org>, team: bo@example.org, Cy <cy@example.org>",
      "Attached: a.pdf",
      "",
      "text ą",
    ]);
  });

  it("reads a page as pages are read, with its tables and headings", async () => {
    const { document } = await readFixture("python-order.eml");

    assert.equal(document.structure.tables.length, 1);
    assert.deepEqual(document.structure.marks.at(-1)?.place.headings, ["It is on its way"]);
  });

  it("finds out an e-mail that calls itself text, and leaves a text with a colon alone", async () => {
    const email = Buffer.from("Received: by x\n\tfor y\nFrom: a@example.org\n\nHello.\n");
    const text = "From: the beginning\n\nHello.\n";

    const found = await extractDocument(email, "a.txt", "text/plain");

    assert.deepEqual(
      [found.contentType, found.text],
      ["message/rfc822", "From: a@example.org\n\nHello."],
    );
    assert.equal((await extractDocument(Buffer.from(text), "a.txt", "text/plain")).text, text);
  });

  it("refuses what is no e-mail", async () => {
    await assert.rejects(read(["Only text, and that", "in two lines."]), {
      name: "UnreadableDocumentError",
      problem: /^it has no subject, sender, recipient or date/,
    });
  });

  it("refuses parts that are nested too deeply", async () => {
    const nested = Array.from({ length: 60 }, (_, n) => [
      `Content-Type: multipart/mixed; boundary=x${n}`,
      "",
      `--x${n}`,
    ]);

    await assert.rejects(
      extractDocument(Buffer.from(["Subject: a", ...nested.flat()].join("\n")), "a.eml", undefined),
      {
        name: "UnreadableDocumentError",
        problem: /^it is damaged, or no e-mail \(.*depth.*50/,
      },
    );
  });
});
