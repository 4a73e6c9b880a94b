import assert from "node:assert/strict";
import { readFile, rm, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readManifest } from "../../../function/model/manifest.ts";
import { verifyModelFolder } from "../../../layers/model/verify.ts";
import { copyModelFolder } from "./folder-copy.ts";

const tiny = "test/models/tiny-embeddinggemma";

describe("verifyModelFolder", () => {
  for (const source of [tiny, "models/all-MiniLM-L6-v2"]) {
    it(`accepts ${source} as it is committed`, async () => {
      await verifyModelFolder(source, await readManifest(source));
    });
  }

  const damages = {
    "is missing": (path: string) => rm(path),
    "is shorter": (path: string) => truncate(path, 1000),
    "has one other byte": async (path: string) => {
      const bytes = await readFile(path);
      bytes[1000] = (bytes[1000] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
  };
  for (const [damage, inflict] of Object.entries(damages)) {
    it(`names each file that ${damage}, with what is expected and what was found`, async () => {
      const manifest = await readManifest(tiny);
      for (const file of manifest.files) {
        const folder = await copyModelFolder(tiny);
        await inflict(join(folder, file.path));

        await assert.rejects(verifyModelFolder(folder, manifest), (error: Error) => {
          assert.equal(error.name, "ModelFolderError");
          const found =
            damage === "is missing" ? "is missing" : "has \\d+ bytes with SHA-256 \\w{64}";
          const expected = `declares ${file.bytes} bytes with SHA-256 ${file.sha256}`;
          assert.match(
            error.message,
            new RegExp(`/${file.path} ${found}; its manifest ${expected}`),
          );
          return true;
        });
        await rm(dirname(folder), { recursive: true });
      }
    });
  }
});
