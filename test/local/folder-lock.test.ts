import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FolderInUseError, lockFolder } from "../../local/folder-lock.ts";

describe("lockFolder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lock-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("lets one in, names the holder to the next, and lets that in after the first", async () => {
    const unlock = await lockFolder(folder);

    await assert.rejects(
      lockFolder(folder),
      (error) => error instanceof FolderInUseError && error.processId === process.pid,
    );
    await unlock();
    await (await lockFolder(folder))();
  });

  for (const [what, content] of [
    ["a process that is gone", "4194304"],
    ["a process that was killed before it wrote its number", ""],
  ] as const) {
    it(`takes over the lock of ${what}`, async () => {
      await writeFile(join(folder, "lock"), content);

      await (await lockFolder(folder))();
    });
  }
});
