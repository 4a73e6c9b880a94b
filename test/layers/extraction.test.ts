import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { extractDocument } from "../../function/text/extract.ts";
import { bundleForLambda, functionContents } from "../../layers/function/contents.ts";

const source = fileURLToPath(new URL("../../function/text/extract.ts", import.meta.url));
const fixtures = fileURLToPath(new URL("../fixtures/documents", import.meta.url));

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

  for (const name of [
    "chromium-notes.html",
    "libreoffice-puncture.html",
    "pandoc-policy.html",
    "sqlite-loans.csv",
    "sqlite-loans.tsv",
    "python-orders.json",
    "jq-orders.jsonl",
    "pandoc-policy.xml",
    "pandoc-soup.adoc",
    "chromium-puncture.pdf",
    "libreoffice-minutes.docx",
    "pandoc-policy.docx",
    "python-docx-soup.docx",
    "openpyxl-loans.xlsx",
    "python-pptx-bees.pptx",
    "calibre-sky.epub",
    "libreoffice-minutes.rtf",
    "libreoffice-minutes.odt",
    "python-order.eml",
    "pysubs2-ropeworks.srt",
    "tsc-tides.js",
    "sqlite-loans.csv.gz",
    "libreoffice-ledger-windows-1252.csv",
  ]) {
    it(`read ${name} as the sources do`, async () => {
      const path = join(fixtures, name);

      const { text } = await bundled.extractDocument(await readFile(path), name, undefined);

      assert.equal(`${text}\n`, await readFile(`${path}.txt`, "utf8"));
    });
  }

  it("say what is wrong with one, though each of them has the errors' classes of its own", async () => {
    await assert.rejects(
      bundled.extractDocument(Buffer.from("<b>".repeat(501)), "a.html", undefined),
      { name: "UnreadableDocumentError", problem: /^its elements are nested more than 500 deep/ },
    );
  });
});
