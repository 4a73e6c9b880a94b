import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ArtefactsError, readArtefacts } from "../../infra/artefacts.ts";
import { writeArtefacts } from "./written-artefacts.ts";

const settings = { architecture: "arm64", model: "embeddinggemma-300m" } as const;

describe("readArtefacts", () => {
  let dist: string;
  beforeEach(() => {
    dist = mkdtempSync(join(tmpdir(), "artefacts-"));
  });
  afterEach(() => rmSync(dist, { recursive: true }));

  it("gives the three zips with their hashes", () => {
    const written = writeArtefacts(dist);

    assert.deepEqual(readArtefacts(dist, settings), {
      functionZip: { path: join(dist, "function.zip"), sha256: written["function.zip"] },
      dependenciesLayer: {
        path: join(dist, "dependencies-layer.zip"),
        sha256: written["dependencies-layer.zip"],
      },
      modelLayer: { path: join(dist, "model-layer.zip"), sha256: written["model-layer.zip"] },
    });
  });

  function refuses(
    change: Partial<{ model: string; architecture: "arm64" | "x64" }>,
    text: string,
  ) {
    assert.throws(
      () => readArtefacts(dist, { ...settings, ...change }),
      (error) => {
        assert.ok(error instanceof ArtefactsError);
        assert.ok(pulumi.RunError.isInstance(error));
        assert.equal(error.message, text);
        return true;
      },
    );
  }

  it("says how to build what is missing", () => {
    refuses(
      {},
      `${dist}/manifest.json is missing. Run: npm run build -- --model embeddinggemma-300m --architecture arm64`,
    );
  });

  it("refuses zips for another processor or another model", () => {
    writeArtefacts(dist);

    refuses(
      { architecture: "x64" },
      `${dist} holds embeddinggemma-300m for arm64, and the settings ask for embeddinggemma-300m for x64. ` +
        "Run: npm run build -- --model embeddinggemma-300m --architecture x64",
    );
    refuses(
      { model: "all-MiniLM-L6-v2" },
      `${dist} holds embeddinggemma-300m for arm64, and the settings ask for all-MiniLM-L6-v2 for arm64. ` +
        "Run: npm run build -- --model all-MiniLM-L6-v2 --architecture arm64",
    );
  });

  it("refuses a manifest of another version", () => {
    writeFileSync(join(dist, "manifest.json"), '{"architecture":"arm64"}');

    refuses(
      {},
      `${dist}/manifest.json is not what this version writes. ` +
        "Run: npm run build -- --model embeddinggemma-300m --architecture arm64",
    );
  });
});
