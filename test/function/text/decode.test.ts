import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeText } from "../../../function/text/decode.ts";
import { extractDocument } from "../../../function/text/extract.ts";
import { readFixture } from "./fixture.ts";

const folder = join(import.meta.dirname, "../../fixtures/documents/charsets");
const german = "Größere Äpfel, „süße“ Birnen – für Übermorgen.";
const latin1 = (text: string) => Buffer.from(text, "latin1");

describe("decodeText", () => {
  it("finds out in which character set a text is", async () => {
    const names = (await readdir(folder)).filter((name) => /\..*\./.test(name));

    const found = await Promise.all(
      names.map(async (name) => {
        const [language, charset = ""] = name.split(".");
        const bytes = await readFile(join(folder, name));
        const { text, charset: found, replacedCharacters } = await decodeText(bytes);
        assert.equal(text, await readFile(join(folder, `${language}.txt`), "utf8"), name);
        assert.equal(replacedCharacters, undefined);
        assert.equal(found, charset.replace("16-marked", "16le"));
        return charset;
      }),
    );

    assert.deepEqual(found.sort(), [
      "euc-kr",
      "gb18030",
      "iso-8859-2",
      "koi8-r",
      "shift_jis",
      "utf-16-marked",
      "utf-16be",
      "utf-16le",
      "utf-16le",
      "windows-1252",
    ]);
  });

  it("reads a table that a spreadsheet saved in windows-1252", async () => {
    const { document, expectedText } = await readFixture("libreoffice-ledger-windows-1252.csv");

    assert.equal(document.text, expectedText);
    assert.equal(document.charset, "windows-1252");
  });

  it("judges a long text by its lines beyond ASCII", async () => {
    const russian = await readFile(join(folder, "russian.koi8-r.txt"));

    const { charset } = await decodeText(
      Buffer.concat([Buffer.alloc(200_000, "ascii\n"), russian]),
    );

    assert.equal(charset, "koi8-r");
  });

  it("says nothing of UTF-8", async () => {
    assert.deepEqual(await decodeText(Buffer.from(german)), { text: german });
    assert.deepEqual(
      await decodeText(Buffer.from(`\ufeff${german}`), "text/plain; charset=latin1"),
      {
        text: german,
      },
    );
  });

  for (const [what, bytes, declaredType, text] of [
    ["the content type", Buffer.from([0xc6, 0xe9]), 'text/plain; Charset="ISO-8859-7"', "Ζι"],
    [
      "a page",
      latin1('<html><meta charset="iso-8859-7"><p>\xc6\xe9'),
      "text/html",
      '<html><meta charset="iso-8859-7"><p>Ζι',
    ],
    [
      "a page in the older way",
      latin1('<meta http-equiv="content-type" content="text/html; charset=iso-8859-7">\xc6'),
      undefined,
      '<meta http-equiv="content-type" content="text/html; charset=iso-8859-7">Ζ',
    ],
    [
      "an XML declaration",
      latin1("<?xml version='1.0' encoding='iso-8859-7'?><a>\xc6</a>"),
      undefined,
      "<?xml version='1.0' encoding='iso-8859-7'?><a>Ζ</a>",
    ],
    [
      "the content type rather than the page",
      latin1('<meta charset="iso-8859-7">\xc6'),
      "text/html; charset=koi8-r",
      '<meta charset="iso-8859-7">ф',
    ],
    [
      "the content type, without a mark",
      Buffer.from("語语", "utf16le"),
      "text/plain; charset=utf-16",
      "語语",
    ],
    [
      "nobody, as most do who say nothing",
      latin1("gr\xfc\xdfe"),
      "text/plain; charset=unheard-of",
      "grüße",
    ],
  ] as const) {
    it(`takes the character set that is named by ${what}`, async () => {
      assert.equal((await decodeText(bytes, declaredType)).text, text);
    });
  }

  it("believes UTF-8 that it sees over another set that it is told", async () => {
    const { text, charset } = await decodeText(
      Buffer.from(german),
      "text/plain; charset=windows-1252",
    );

    assert.deepEqual([text, charset], [german, undefined]);
  });

  it("replaces what is damaged in a text that is otherwise whole, and counts it", async () => {
    const damaged = Buffer.concat([Buffer.from(`${german} � `), Buffer.from([0xff, 0x20, 0xc3])]);

    assert.deepEqual(await decodeText(damaged), { text: `${german} � � �`, replacedCharacters: 2 });
    const document = await extractDocument(damaged, "a.txt", "text/plain");
    assert.equal(document.replacedCharacters, 2);
  });

  it("takes ASCII with a NUL for what it is, not for Chinese", async () => {
    const text = "An English sentence with a NUL\0 in its middle, at an even or odd place.";
    // As pairs these would be Chinese characters.
    const letters = `${"letters".repeat(10)}\0s`;

    for (const bytes of [text, ` ${text}`, letters].map((content) => Buffer.from(content))) {
      await assert.rejects(decodeText(bytes), {
        name: "BinaryContentError",
        byteOffset: bytes.indexOf(0),
      });
    }
  });

  it("refuses bytes with control characters that are in no character set", async () => {
    await assert.rejects(decodeText(Buffer.from([0x61, 0xff, 0x01, 0xfe, 0x02])), {
      name: "InvalidEncodingError",
      byteOffset: 1,
    });
  });
});
