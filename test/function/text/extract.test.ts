import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { isPermanent } from "../../../function/errors.ts";
import { extractDocument } from "../../../function/text/extract.ts";

const utf8 = (text: string) => Buffer.from(text, "utf8");
const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const wasm = Buffer.from("0061736d0100000001000000", "hex");

describe("extractDocument", () => {
  it("gives plain text to the letter", async () => {
    const text = "Zeile eins\r\n\tZeile zwei — 語 😀\n";

    assert.deepEqual(await extractDocument(utf8(text), "a.txt", "text/plain; charset=utf-8"), {
      text,
      contentType: "text/plain",
      title: undefined,
      structure: { marks: [], tables: [] },
    });
  });

  it("gives Markdown as written, with its headings outside of code, the first as the title", async () => {
    const text = "```sh\n# no heading\n```\n\n# The title #\n\nText.\n\n### Part\n\n# Another\n";

    assert.deepEqual(await extractDocument(utf8(text), "a.md", "text/markdown"), {
      text,
      contentType: "text/markdown",
      title: "The title",
      structure: {
        marks: [
          { start: text.indexOf("# The"), place: { headings: ["The title"] } },
          { start: text.indexOf("### Part"), place: { headings: ["The title", "Part"] } },
          { start: text.indexOf("# Another"), place: { headings: ["Another"] } },
        ],
        tables: [],
      },
    });
  });

  it("leaves the title of Markdown without a heading open", async () => {
    const { title } = await extractDocument(
      utf8("## Only a second level\n"),
      "a.md",
      "text/markdown",
    );

    assert.equal(title, undefined);
  });

  it("decodes what it is given in UTF-8 and UTF-16, without the byte order mark", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc
          .string({ unit: "binary", minLength: 1 })
          .filter((t) => /[^\s\0]/u.test(t) && !t.includes("\0")),
        async (text) => {
          const swapped = Buffer.from(`\ufeff${text}`, "utf16le").swap16();
          for (const bytes of [
            utf8(`\ufeff${text}`),
            Buffer.from(`\ufeff${text}`, "utf16le"),
            swapped,
          ]) {
            const document = await extractDocument(bytes, "a.txt", "text/plain");
            assert.equal(document.text, text);
          }
        },
      ),
    );
  });

  for (const [what, key, declaredType, contentType] of [
    ["the declared type over the extension", "a.txt", "text/markdown", "text/markdown"],
    ["the extension where no type was declared", "a.md", undefined, "text/markdown"],
    [
      "the extension where the AWS CLI knew no type",
      "a.md",
      "binary/octet-stream",
      "text/markdown",
    ],
    ["plain text where nothing tells", "LICENSE", "application/octet-stream", "text/plain"],
    ["the older name of Markdown", "a", "text/x-markdown", "text/markdown"],
  ] as const) {
    it(`takes ${what}`, async () => {
      const document = await extractDocument(utf8("text"), key, declaredType);

      assert.equal(document.contentType, contentType);
    });
  }

  for (const [what, bytes, key, declaredType, found] of [
    ["a picture that calls itself text", png, "a.txt", "text/plain", "image/png"],
    ["a program that calls itself text", wasm, "a.txt", "text/plain", "application/wasm"],
    ["a drawing", utf8("<svg/>"), "a.svg", undefined, "image/svg+xml"],
    [
      "a drawing that says it is XML",
      utf8('<?xml version="1.0"?><svg/>'),
      "a.svg",
      undefined,
      "image/svg+xml",
    ],
    ["a calendar", utf8("BEGIN:VCALENDAR\n"), "a", "text/plain", "text/calendar"],
  ] as const) {
    it(`refuses ${what}, and names what it is and what would do`, async () => {
      await assert.rejects(extractDocument(bytes, key, declaredType), {
        name: "UnsupportedTypeError",
        contentType: found,
        message: new RegExp(
          `^The object is ${found.replace("+", "[+]")}, and only plain text, Markdown, HTML, .* can be embedded`,
        ),
      });
    });
  }

  for (const [what, content, key, declaredType] of [
    [
      "a page that calls itself text",
      "\ufeff<!-- x -->\n<!DOCTYPE html>\n<p>Hi</p>",
      "a.txt",
      "text/plain",
    ],
    [
      "XHTML that calls itself XML",
      '<?xml version="1.0"?><html><p>Hi</p></html>',
      "a.xml",
      "text/xml",
    ],
    ["a page by its extension", "<p>Hi</p>", "a.html", undefined],
  ] as const) {
    it(`finds out ${what}`, async () => {
      const document = await extractDocument(utf8(content), key, declaredType);

      assert.deepEqual([document.contentType, document.text], ["text/html", "Hi"]);
    });
  }

  it("gives what Postgres can hold, or what is wrong with the object, whatever its bytes", async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text, "utf16le")),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text, "latin1")),
    );
    const object = fc.oneof(
      bytes,
      bytes.map((content) => gzipSync(content)),
    );
    const key = fc.constantFrom("a", "a.txt", "a.md", "a.adoc", "a.js", "a.txt.gz");
    const declaredType = fc.constantFrom(undefined, "text/plain; charset=shift_jis");

    await fc.assert(
      fc.asyncProperty(object, key, declaredType, async (content, name, type) => {
        const document = await extractDocument(content, name, type).catch((error: unknown) => {
          assert.ok(isPermanent(error), String(error));
        });
        assert.ok(document === undefined || !/\0/.test(document.text));
        assert.ok(document?.text.isWellFormed() ?? true);
      }),
      { numRuns: 500 },
    );
  });

  for (const [what, content, key, declaredType, contentType, text] of [
    [
      "XML by the name of JSON",
      '<?xml version="1.0"?><a b="1"/>',
      "a.json",
      undefined,
      "application/xml",
      "b: 1",
    ],
    ["JSON by the type of XML", '{"b": 1}', "a.xml", "text/xml", "application/json", "b: 1"],
    [
      "a page by the name of a table",
      "<!doctype html><p>Hi</p>",
      "a.csv",
      "text/csv",
      "text/html",
      "Hi",
    ],
    [
      "WebVTT by the name of SubRip",
      "WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n",
      "a.srt",
      undefined,
      "text/vtt",
      "Hi",
    ],
    ["text by the type of a picture", "Hi", "a", "image/png", "text/plain", "Hi"],
  ] as const) {
    it(`finds out ${what}, also in UTF-16`, async () => {
      for (const bytes of [utf8(content), Buffer.from(`\ufeff${content}`, "utf16le")]) {
        const document = await extractDocument(bytes, key, declaredType);

        assert.deepEqual([document.contentType, document.text], [contentType, text]);
      }
    });
  }

  it("refuses text that calls itself JSON, and says that it is none", async () => {
    await assert.rejects(extractDocument(utf8("a,b\n1,2\n"), "a.json", "application/json"), {
      name: "UnreadableDocumentError",
      problem: "it is no valid JSON (Unexpected token 'a'). Correct it.",
    });
  });

  it("refuses a picture that calls itself JSON", async () => {
    await assert.rejects(extractDocument(png, "a.json", "application/json"), {
      name: "UnsupportedTypeError",
      contentType: "image/png",
    });
  });

  it("leaves Markdown that begins with a tag as it is", async () => {
    const text = "<html> is the first tag.";

    assert.equal((await extractDocument(utf8(text), "a.md", "text/markdown")).text, text);
  });

  for (const text of [
    "BMW built it.",
    "MZ marks a program.",
    "GIF or JPEG?",
    "ID3 tags",
    "Rar! it is.",
  ]) {
    it(`is not misled by a text that begins like another format: ${text}`, async () => {
      assert.equal((await extractDocument(utf8(text), "a.txt", "text/plain")).text, text);
    });
  }

  for (const [what, text] of [
    ["nothing", ""],
    ["only white space", " \r\n\t\u00a0"],
    ["only a byte order mark", "\ufeff"],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(extractDocument(utf8(text), "a.txt", "text/plain"), {
        name: "EmptyDocumentError",
      });
    });
  }

  it("refuses a NUL and says where it is, since no text has one", async () => {
    await assert.rejects(extractDocument(utf8("ab\0c"), "a.txt", "text/plain"), {
      name: "BinaryContentError",
      byteOffset: 2,
    });
    await assert.rejects(
      extractDocument(Buffer.from("\ufeffab\0c", "utf16le"), "a.txt", "text/plain"),
      { name: "BinaryContentError", byteOffset: 6 },
    );
  });

  it("refuses bytes that are no text in any set and says where the first is, genuine � or not", async () => {
    const bytes = Buffer.concat([utf8("a � "), Buffer.from([0xfc, 0x01, 0xfd, 0x01, 0xfe])]);

    await assert.rejects(extractDocument(bytes, "a.txt", "text/plain"), {
      name: "InvalidEncodingError",
      encoding: "UTF-8",
      byteOffset: utf8("a � ").length,
    });
  });

  it("refuses half a surrogate pair in UTF-16", async () => {
    const bytes = Buffer.from("\ufeffa\ud83d", "utf16le");

    await assert.rejects(extractDocument(bytes, "a.txt", "text/plain"), {
      name: "InvalidEncodingError",
      encoding: "UTF-16LE",
    });
  });
});
