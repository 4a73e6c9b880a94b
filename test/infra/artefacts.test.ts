import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ArtefactsError, buildArtefacts } from "../../infra/artefacts.ts";
import { testModelFolder } from "../models/folders.ts";

describe("buildArtefacts", () => {
  let dist: string;
  beforeEach(async () => {
    dist = await mkdtemp(join(tmpdir(), "artefacts-"));
  });
  afterEach(() => rm(dist, { recursive: true }));

  it("gives the three zips that it has built", async () => {
    const model = testModelFolder("tiny-embeddinggemma");

    const build = await buildArtefacts(dist, {
      architecture: "arm64",
      model,
      quantization: "q4",
      modelSource: "layer",
    });

    assert.ok(build.modelLayer);
    const zips = [build.functionZip, build.dependenciesLayer, build.modelLayer];
    assert.deepEqual(
      zips.map(({ path }) => path),
      ["function.zip", "dependencies-layer.zip", "model-layer.zip"].map((name) => join(dist, name)),
    );
    const built = await readdir(dist);
    for (const { path } of zips) assert.ok(built.some((name) => path.endsWith(name)));
  });

  it("says what stands in the way as a mistake of the user's, without a stack", async () => {
    await assert.rejects(
      buildArtefacts(dist, {
        architecture: "arm64",
        model: "no-such-model",
        quantization: "q4",
        modelSource: "layer",
      }),
      (error) => {
        assert.ok(error instanceof ArtefactsError);
        assert.ok(pulumi.RunError.isInstance(error));
        assert.match(
          error.message,
          /^There is no model no-such-model: expected embeddinggemma-300m/,
        );
        return true;
      },
    );
  });
});
