import assert from "node:assert/strict";
import { extractDocument } from "../../../function/text/extract.ts";
import { readSubtitles } from "../../../function/text/subtitles.ts";
import { readFixture } from "./fixture.ts";

const cue = (from: string, to: string, text: string) => `${from} --> ${to}\n${text}\n\n`;

describe("readSubtitles", () => {
  for (const [name, program, contentType] of [
    ["pysubs2-ropeworks.srt", "pysubs2, as SubRip", "application/x-subrip"],
    ["pysubs2-ropeworks.vtt", "pysubs2, as WebVTT", "text/vtt"],
    ["webvtt-bread.vtt", "webvtt-py, with speakers", "text/vtt"],
  ] as const) {
    it(`gives what is said in a document made by ${program}`, async () => {
      const { document, expectedText } = await readFixture(name);

      assert.equal(document.text, expectedText);
      assert.equal(document.contentType, contentType);
    });
  }

  it("says of each paragraph when it begins", () => {
    const { text, structure } = readSubtitles(
      `WEBVTT - title\n\nNOTE\nnot said\n\n1\n${cue("00:01.000", "00:02.000", "One")}` +
        `${cue("00:02.500", "00:04.000 align:left", "two.")}${cue("1:00:07.250", "1:00:08.000", "Three.")}`,
    );

    assert.equal(text, "One two.\n\nThree.");
    assert.deepEqual(structure.marks, [
      { start: 0, place: { startSeconds: 1 } },
      { start: 10, place: { startSeconds: 3607.25 } },
    ]);
  });

  it("gives lines that roll upwards once", () => {
    const { text } = readSubtitles(
      `WEBVTT\n\n${cue("00:01.000", "00:02.000", "one")}${cue("00:02.000", "00:03.000", "one\ntwo")}` +
        cue("00:03.000", "00:04.000", "two\nthree"),
    );

    assert.equal(text, "one two three");
  });

  it("begins a paragraph behind a sentence when one has become long", () => {
    const cues = Array.from({ length: 20 }, (_, n) =>
      cue(
        `00:${10 + n}.000`,
        `00:${11 + n}.000`,
        `${"word ".repeat(9)}end${n % 2 === 0 ? "," : "."}`,
      ),
    );

    const paragraphs = readSubtitles(`WEBVTT\n\n${cues.join("")}`).text.split("\n\n");

    assert.deepEqual(
      paragraphs.map(({ length }) => length),
      [499, 499],
    );
  });

  it("leaves styles and positions out", () => {
    const text = "{\\an8}<i>One</i> <c.yellow>two</c> <00:01.500>&lt;3 &amp; 4";

    assert.equal(readSubtitles(cue("00:00:01,000", "00:00:02,000", text)).text, "One two <3 & 4");
  });

  it("finds out subtitles that call themselves text", async () => {
    const content = Buffer.from(`1\r\n${cue("00:00:01,000", "00:00:02,000", "Said.")}`);

    const document = await extractDocument(content, "a.txt", "text/plain");

    assert.deepEqual([document.contentType, document.text], ["application/x-subrip", "Said."]);
  });

  it("refuses what has no subtitle", () => {
    assert.throws(() => readSubtitles("Only text.\n"), {
      name: "UnreadableDocumentError",
      problem: /^it has no subtitles, which begin with a line as 00:00:01,000 -->/,
    });
  });
});
