import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const script = fileURLToPath(new URL("measured-ingest.ts", import.meta.url));

describe("a document of 2 MB", () => {
  it("is ingested completely with a heap of 32 MB", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--max-old-space-size=32",
      script,
      String(2 * 1024 * 1024),
    ]);

    const { status, chunks, embedded, kept } = JSON.parse(stdout);
    assert.equal(status, "embedded");
    assert.ok(chunks > 2000, `${chunks} chunks`);
    assert.equal(embedded, chunks);
    assert.equal(kept, chunks);
  });
});
