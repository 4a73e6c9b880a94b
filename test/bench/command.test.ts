import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Benchmark } from "../../bench/benchmark.ts";
import type { Statistic } from "../../bench/statistic.ts";
import { copyModelFolder } from "../layers/model/folder-copy.ts";
import { withLevels } from "../layers/model/levels.ts";

const run = promisify(execFile);

describe("npm run bench", () => {
  it("measures each way to start, each variant at each length, the pipeline and the cost", async function () {
    this.timeout(180_000);
    const folder = await copyModelFolder("test/models/tiny-embeddinggemma");
    const graph = join(folder, "onnx/model_q4.onnx");
    await writeFile(
      graph,
      withLevels(await readFile(graph), () => undefined),
    );
    const args = ["bench/command.ts", "--quick", "--json", "--runs", "1", "--model", folder];

    const { stdout } = await run(process.execPath, args);

    const benchmark: Benchmark = JSON.parse(stdout);
    assert.equal(benchmark.model, `${folder} (q4)`);
    assert.deepEqual(
      benchmark.coldStarts.map(({ name, tokens }) => `${name} ${tokens}`),
      [
        "plain transformers.js 32",
        "the same, bundled 32",
        "this function 32",
        "this function, int8 32",
      ],
    );
    for (const {
      name: _,
      tokens: __,
      total,
      peakBytes,
      steadyBytes,
      ...phases
    } of benchmark.coldStarts) {
      assertMeasured(peakBytes, steadyBytes, ...Object.values(phases));
      const sum = Object.values(phases).reduce((length, { median }) => length + median, 0);
      assert.ok(Math.abs(sum - total.median) < 1e-3);
    }
    assert.deepEqual(
      benchmark.embeddings.map(({ variant, tokens }) => `${variant} ${tokens}`),
      [16, 64].flatMap((tokens) =>
        ["published", "q4-level4", "int8"].map((variant) => `${variant} ${tokens}`),
      ),
    );
    for (const { variant, milliseconds, cosine } of benchmark.embeddings) {
      assertMeasured(milliseconds);
      assert.ok(variant === "published" ? Math.abs(cosine - 1) < 1e-9 : cosine > 0.9 && cosine < 1);
    }
    assert.deepEqual(
      benchmark.tokenizers.map(({ name }) => name),
      ["tokenizer.json", "tokenizer.bin"],
    );
    for (const { loadMilliseconds, encodeMilliseconds, tokens } of benchmark.tokenizers) {
      assert.equal(tokens, benchmark.tokenizers[0]?.tokens);
      assert.ok(tokens > 2048);
      assertMeasured(loadMilliseconds, encodeMilliseconds);
    }
    assert.equal(benchmark.pipeline.documents, 1);
    assertMeasured(benchmark.pipeline.documentsPerSecond);
    assert.deepEqual(
      benchmark.cost.costs.map(({ memoryMegabytes }) => memoryMegabytes),
      [884, 1769, 3008, 3538],
    );
    await rm(dirname(folder), { recursive: true });
  });

  it("ends with one clear line for a number of runs that is none", async () => {
    await assert.rejects(run(process.execPath, ["bench/command.ts", "--runs", "many"]), {
      code: 1,
      stderr: "--runs must be a whole number of at least 1, not many.\n",
    });
  });
});

function assertMeasured(...statistics: readonly Statistic[]): void {
  for (const { median, samples } of statistics) {
    assert.ok(median > 0);
    assert.equal(samples, 1);
  }
}
