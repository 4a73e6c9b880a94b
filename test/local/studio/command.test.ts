import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { testModelFolder } from "../../models/folders.ts";

const script = fileURLToPath(new URL("../../../local/studio.ts", import.meta.url));

describe("npm run studio", () => {
  let state: string;
  before(async () => {
    state = await mkdtemp(join(tmpdir(), "studio-"));
  });
  after(() => rm(state, { recursive: true, force: true }));

  const model = testModelFolder("tiny-embeddinggemma");
  const start = (...words: string[]) =>
    spawn(process.execPath, [script, "--state", state, "--model", model, ...words]);

  it("says where the page is, serves it, keeps what was uploaded, and ends on Ctrl+C", async () => {
    const first = start("--port", "0");
    const upload = `${await address(first.stdout)}/objects?key=tea.txt`;
    const body = Buffer.from("Green tea wants patience.");
    assert.equal((await fetch(upload, { method: "PUT", body })).status, 204);
    first.kill("SIGINT");
    assert.deepEqual(await once(first, "exit"), [0, null]);

    const second = start("--port", "0");
    const objects = await fetch(`${await address(second.stdout)}/objects`);

    assert.match(await objects.text(), /"key":"tea\.txt","status":"embedded"/);
    second.kill("SIGTERM");
    assert.deepEqual(await once(second, "exit"), [0, null]);
  });

  it("ends with one clear line where the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const taken = other.address();
    assert.ok(typeof taken === "object" && taken !== null);
    try {
      const studio = start("--port", `${taken.port}`);
      const [stderr] = await Promise.all([text(studio.stderr), once(studio, "exit")]);

      assert.equal(
        stderr,
        `Port ${taken.port} is in use by another process. Choose another one with --port.\n`,
      );
      assert.equal(studio.exitCode, 1);
    } finally {
      other.close();
    }
  });

  it("says how it is used where the port is none", async () => {
    const studio = start("--port", "80000");
    const [stderr] = await Promise.all([text(studio.stderr), once(studio, "exit")]);

    assert.match(stderr, /^Usage: npm run studio /);
    assert.equal(studio.exitCode, 1);
  });
});

/** Where the page is, once it says so. */
async function address(stdout: AsyncIterable<Buffer>): Promise<string> {
  let printed = "";
  for await (const part of stdout) {
    printed += part;
    const [, url] = /^Studio +(http:\/\/127\.0\.0\.1:\d+) /m.exec(printed) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error(`The studio did not start: ${printed}`);
}
