import assert from "node:assert/strict";
import { maxHeadingTokens, withHeadings } from "../../evaluate/headings.ts";

const countTokens = (text: string) => text.split(/\s+/).filter((word) => word !== "").length;
const gemmaPrompt = "title: none | text: ";

function chunk(content: string, headings?: readonly string[]) {
  return { id: "", content, tokens: 0, ...(headings === undefined ? {} : { place: { headings } }) };
}

describe("withHeadings", () => {
  const inner = chunk("It returns a number.", ["OS", "os.uptime()"]);

  it("puts the path into a line before the content for a model without a prompt", () => {
    assert.equal(withHeadings(inner, "", countTokens), "OS > os.uptime()\nIt returns a number.");
  });

  it("puts the path into the prompt's slot for a title where there is one, to the letter", () => {
    const priced = chunk("Free.", ["Prices", "$& and up"]);

    assert.equal(
      withHeadings(inner, gemmaPrompt, countTokens),
      "title: OS > os.uptime() | text: It returns a number.",
    );
    assert.equal(
      withHeadings(priced, gemmaPrompt, countTokens),
      "title: Prices > $& and up | text: Free.",
    );
  });

  it("leaves out the headings that the content has", () => {
    const first = chunk("## os.uptime()\n\nIt returns a number.", ["OS", "os.uptime()"]);

    assert.equal(withHeadings(first, "", countTokens), `OS\n${first.content}`);
  });

  it("gives what the product embeds where there is no heading", () => {
    assert.equal(withHeadings(chunk("Plain."), gemmaPrompt, countTokens), `${gemmaPrompt}Plain.`);
  });

  it("leaves out the outermost headings until the others have their room", () => {
    const long = Array.from({ length: maxHeadingTokens - 3 }, () => "word").join(" ");
    const deep = chunk("It is.", ["Outer", "Middle", long]);
    const tooLong = chunk("It is.", ["Outer", `${long} and four more words`]);

    assert.equal(withHeadings(deep, "", countTokens), `Middle > ${long}\nIt is.`);
    assert.equal(withHeadings(tooLong, "", countTokens), "It is.");
  });
});
