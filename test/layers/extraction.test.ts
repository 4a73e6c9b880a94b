import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { extractDocument } from "../../function/text/extract.ts";
import { bundleForLambda, functionContents } from "../../layers/function/contents.ts";

const source = fileURLToPath(new URL("../../function/text/extract.ts", import.meta.url));

describe("the function's files", () => {
  let folder: string;
  let bundled: { readonly extractDocument: typeof extractDocument };
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "function-"));
    for (const entry of await functionContents()) {
      assert.ok("text" in entry);
      await writeFile(join(folder, entry.path), entry.text);
    }
    for (const [name, text] of await bundleForLambda({ "extract.js": source }, ".js")) {
      await writeFile(join(folder, name), text);
    }
    const path = join(folder, "extract.js");
    bundled = createRequire(path)(path);
  });
  after(() => rm(folder, { recursive: true }));

  it("read a document in its thread as the sources do", async () => {
    const page = Buffer.from("<main><h1>Title</h1><ul><li>Text</li></ul></main>");

    const document = await bundled.extractDocument(page, "a.html", undefined);

    assert.equal(document.text, "Title\n\n- Text");
  });

  it("say what is wrong with one, though each of them has the errors' classes of its own", async () => {
    await assert.rejects(
      bundled.extractDocument(Buffer.from("<b>".repeat(501)), "a.html", undefined),
      { name: "UnreadableDocumentError", problem: /^its elements are nested more than 500 deep/ },
    );
  });
});
