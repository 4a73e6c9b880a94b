import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { setAccuracyLevel } from "../../../layers/model/accuracy-level.ts";
import { withLevels } from "./levels.ts";

const nodeCount = 14;

describe("setAccuracyLevel", () => {
  let withLevel4: Buffer;
  let withoutLevel: Uint8Array;

  before(async () => {
    withLevel4 = await readFile("test/models/tiny-embeddinggemma/onnx/model_q4.onnx");
    withoutLevel = withLevels(withLevel4, () => undefined);
    assert.ok(!Buffer.from(withoutLevel).includes("accuracy_level"));
  });

  it("sets it on each MatMulNBits that has none", () => {
    const { bytes, changedNodes, unchangedNodes } = setAccuracyLevel(withoutLevel);

    assert.deepEqual([changedNodes, unchangedNodes], [nodeCount, 0]);
    assert.deepEqual(
      Buffer.from(bytes).toString("latin1").split("accuracy_level").length,
      nodeCount + 1,
    );
    assert.deepEqual(
      bytes,
      withLevels(withoutLevel, () => 4),
    );
  });

  it("keeps every other byte: without the levels it is the source again", () => {
    const { bytes } = setAccuracyLevel(withoutLevel);

    assert.deepEqual(
      withLevels(bytes, () => undefined),
      withoutLevel,
    );
  });

  it("counts the nodes that have it, and changes none where all have it", () => {
    const half = setAccuracyLevel(withLevels(withLevel4, (index) => (index % 2 ? 4 : undefined)));
    const all = setAccuracyLevel(withLevel4);

    assert.deepEqual([half.changedNodes, half.unchangedNodes], [nodeCount / 2, nodeCount / 2]);
    assert.deepEqual([all.changedNodes, all.unchangedNodes], [0, nodeCount]);
    assert.deepEqual(all.bytes, withLevel4);
  });

  it("takes the level 0 for none, as ONNX Runtime does, and leaves no second attribute", () => {
    const { bytes, changedNodes } = setAccuracyLevel(withLevels(withLevel4, () => 0));

    assert.equal(changedNodes, nodeCount);
    assert.deepEqual(
      bytes,
      withLevels(withoutLevel, () => 4),
    );
  });

  it("refuses a graph whose publisher chose another level, and says what it has", () => {
    const graph = withLevels(withLevel4, (index) => (index < 2 ? 1 : undefined));

    assert.throws(() => setAccuracyLevel(graph), {
      name: "GraphNotRecognisedError",
      found: "2 of 4 bits with level 1, 12 of 4 bits without a level",
    });
  });

  for (const [path, found] of [
    ["test/models/tiny-embeddinggemma/onnx/model.onnx", "none"],
    ["models/all-MiniLM-L6-v2/onnx/model_quantized.onnx", "36 of 8 bits with level 4"],
  ] as const) {
    it(`refuses ${path}, which has ${found}`, async () => {
      const graph = await readFile(path);

      assert.throws(() => setAccuracyLevel(graph), { name: "GraphNotRecognisedError", found });
    });
  }
});
