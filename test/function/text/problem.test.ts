import assert from "node:assert/strict";
import { UnreadableDocumentError } from "../../../function/errors.ts";
import { problemOf } from "../../../function/text/problem.ts";

describe("problemOf", () => {
  it("takes an extractor's own words, also from a class of the same name in another file", () => {
    const copy = Object.assign(new Error("The object …"), { problem: "it is too long." });

    assert.equal(problemOf(new UnreadableDocumentError("it is locked."), "html"), "it is locked.");
    assert.equal(problemOf(copy, "html"), "it is too long.");
  });

  it("says of an exhausted stack that the document is nested too deeply", () => {
    const exhaust = (): unknown => [exhaust()];
    let error: unknown;
    try {
      exhaust();
    } catch (thrown) {
      error = thrown;
    }

    assert.match(problemOf(error, "html"), /^its parts are nested too deeply/);
  });

  it("quotes the first line of what a library says", () => {
    assert.equal(
      problemOf(new TypeError("x is null\nat y"), "html"),
      "it is damaged, or no HTML (x is null). Save it anew and upload it again.",
    );
  });
});
