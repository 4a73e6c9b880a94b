import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { setImmediate as nextTurn } from "node:timers/promises";
import { promisify } from "node:util";
import { readManifest } from "../../../function/model/manifest.ts";
import { openSession, type Session } from "../../../function/model/session.ts";
import { startSessionThread } from "../../../function/model/session-thread.ts";
import { testModelFolder } from "../../models/folders.ts";

const folder = testModelFolder("tiny-embeddinggemma");
const ids = [2, 100, 200, 300, 1];

describe("startSessionThread", () => {
  const opened: Session[] = [];
  afterEach(async () => {
    for (const session of opened.splice(0)) await session.close();
  });

  async function open(): Promise<Session> {
    const session = await startSessionThread(folder).session;
    opened.push(session);
    return session;
  }

  it("gives the vectors of a session in this thread, each to who asked for it", async () => {
    const here = await openSession(folder, await readManifest(folder));
    const there = await open();
    const sequences = [ids, ids.slice(1), [...ids, ...ids]];
    opened.push(here);

    const expected = [];
    for (const sequence of sequences) expected.push(await here.run(sequence));

    assert.deepEqual(await Promise.all(sequences.map((sequence) => there.run(sequence))), expected);
  });

  it("rejects with the graph's complaint, and goes on", async () => {
    const session = await open();

    await assert.rejects(session.run([1_000_000]), /idx=1000000 must be within/);
    assert.equal((await session.run(ids)).length, 768);
  });

  for (const [what, path] of [
    ["without a manifest", "nowhere"],
    ["that has a manifest and no graph", testModelFolder("tiny-embeddinggemma")],
  ] as const) {
    it(`rejects a folder ${what}, by its name`, async () => {
      const manifest =
        path === "nowhere" ? undefined : { ...(await readManifest(path)), graph: "missing.onnx" };

      await assert.rejects(startSessionThread(path, { manifest }).session, {
        name: "ModelFolderError",
        folder: path,
        message: new RegExp(`^The model folder ${path} cannot be used: .*missing`),
      });
    });
  }

  it("rejects once it is closed, however often", async () => {
    const session = await startSessionThread(folder).session;
    const last = session.run(ids);
    await Promise.all([session.close(), session.close()]);

    assert.equal((await last).length, 768);
    await assert.rejects(session.run(ids), /thread of the model's session has ended/);
    await session.close();
  });

  it("opens the session while this thread is held", async () => {
    const thread = startSessionThread(folder);

    thread.hold(60_000);

    // Two turns of the event loop do to hear what has been said meanwhile.
    const first = await Promise.race([
      thread.session.then(() => "open"),
      nextTurn().then(nextTurn),
    ]);
    opened.push(await thread.session);
    assert.equal(first, "open");
  });

  it("releases this thread when there is nothing to open", async () => {
    const thread = startSessionThread("nowhere");

    thread.hold(Number.POSITIVE_INFINITY);

    await assert.rejects(thread.session, { name: "ModelFolderError" });
  });

  it("lets a process end that has no more use for it", async () => {
    const module = JSON.stringify(import.meta.resolve("../../../function/model/session-thread.ts"));
    const source = `import { startSessionThread } from ${module};
      const session = await startSessionThread(${JSON.stringify(folder)}).session;
      console.log((await session.run(${JSON.stringify(ids)})).length);`;

    const { stdout } = await promisify(execFile)(process.execPath, [
      "--input-type=module",
      "--eval",
      source,
    ]);

    assert.equal(stdout, "768\n");
  });
});
