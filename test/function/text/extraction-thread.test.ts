import assert from "node:assert/strict";
import { zipSync } from "fflate";
import { extractInThread } from "../../../function/text/extraction-thread.ts";

const page = "<h1>Title</h1><p>Text.</p>";
const enough = { milliseconds: 60_000, heapMegabytes: 256, bufferMegabytes: 256 };

describe("extractInThread", () => {
  it("gives what the extractor gives", async () => {
    const { text, title, structure } = await extractInThread({ format: "html", text: page });

    assert.equal(text, "Title\n\nText.");
    assert.equal(title, "Title");
    assert.deepEqual(structure, {
      marks: [{ start: 0, place: { headings: ["Title"] } }],
      tables: [],
    });
  });

  it("rejects the document with what the extractor says is wrong with it", async () => {
    await assert.rejects(extractInThread({ format: "html", text: "<b>".repeat(1_000) }), {
      name: "UnreadableDocumentError",
      problem: /^its elements are nested/,
    });
  });

  it("ends a thread that takes too long, and rejects the document for it", async () => {
    const limits = { ...enough, milliseconds: 1 };

    await assert.rejects(extractInThread({ format: "html", text: page }, limits), {
      name: "UnreadableDocumentError",
      message: "The object cannot be read: it takes more than 0.001 s to read. Split it.",
    });
  });

  it("survives a document that takes too much memory, and rejects it for that", async () => {
    const limits = { ...enough, heapMegabytes: 32 };
    const text = "<p><b>a</b><i>c</i></p>".repeat(100_000);

    await assert.rejects(extractInThread({ format: "html", text }, limits), {
      name: "UnreadableDocumentError",
      message: "The object cannot be read: it takes more than 32 MB of memory to read. Split it.",
    });
    assert.equal((await extractInThread({ format: "html", text: page })).title, "Title");
  });

  it("ends a thread that unpacks too much, and rejects the document for that", async () => {
    const bytes = zipSync({ "word/document.xml": new Uint8Array(300 * 2 ** 20) });
    assert.ok(bytes.length < 400_000);

    await assert.rejects(extractInThread({ format: "docx", bytes }, enough), {
      name: "UnreadableDocumentError",
      message: "The object cannot be read: it takes more than 256 MB of memory to read. Split it.",
    });
  });
});
