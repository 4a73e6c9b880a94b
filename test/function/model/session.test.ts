import assert from "node:assert/strict";
import { readManifest } from "../../../function/model/manifest.ts";
import { openSession, sessionOptions } from "../../../function/model/session.ts";
import { testModelFolder } from "../../models/folders.ts";

describe("sessionOptions", () => {
  // Lambda's range is 128 to 10,240 MB: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
  for (const [memoryMegabytes, threads] of [
    ["128", 1],
    ["1769", 1],
    ["1770", 2],
    ["3008", 2],
    ["3538", 2],
    ["3539", 3],
    ["10240", 6],
  ] as const) {
    it(`takes ${threads} of Lambda's processors at ${memoryMegabytes} MB`, () => {
      assert.equal(sessionOptions(memoryMegabytes).intraOpNumThreads, threads);
    });
  }

  it("leaves the number of threads to ONNX Runtime outside of Lambda", () => {
    for (const memoryMegabytes of [undefined, "", "0", "none"]) {
      assert.ok(!("intraOpNumThreads" in sessionOptions(memoryMegabytes)));
    }
  });
});

describe("openSession", () => {
  it("gives the same vector with any number of threads", async () => {
    const folder = testModelFolder("tiny-embeddinggemma");
    const manifest = await readManifest(folder);
    const vectors = [];
    for (const memoryMegabytes of ["1769", "3008", undefined]) {
      if (memoryMegabytes === undefined) delete process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE;
      else process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE = memoryMegabytes;
      const session = await openSession(folder, manifest);
      vectors.push(await session.run([2, 100, 200, 300, 1]));
      await session.close();
    }

    assert.deepEqual(vectors[1], vectors[0]);
    assert.deepEqual(vectors[2], vectors[0]);
  });
});
