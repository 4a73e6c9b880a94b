import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { findDocuments } from "../../local/documents.ts";

describe("findDocuments", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "documents-"));
    await mkdir(join(folder, "deep/er"), { recursive: true });
    await mkdir(join(folder, ".git"));
    for (const name of ["b.txt", "a.txt", "deep/er/c.md", ".hidden", ".git/config"]) {
      await writeFile(join(folder, name), name);
    }
  });
  after(() => rm(folder, { recursive: true }));

  it("finds what is in a folder in order, by the folder's name, without what is hidden", async () => {
    const name = basename(folder);

    assert.deepEqual(await findDocuments([folder]), [
      { path: join(folder, "a.txt"), key: `${name}/a.txt` },
      { path: join(folder, "b.txt"), key: `${name}/b.txt` },
      { path: join(folder, "deep/er/c.md"), key: `${name}/deep/er/c.md` },
    ]);
  });

  it("takes a file by its name, a hidden one too", async () => {
    assert.deepEqual(await findDocuments([join(folder, ".hidden")]), [
      { path: join(folder, ".hidden"), key: ".hidden" },
    ]);
  });

  it("names a path that is not there", async () => {
    await assert.rejects(findDocuments([join(folder, "missing")]), {
      name: "PathNotFoundError",
      message: `There is no file or folder ${join(folder, "missing")}.`,
    });
  });
});
