import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import fc from "fast-check";
import { readOnnxGraph } from "../../../layers/model/onnx.ts";
import { writeOnnxGraph } from "./onnx-writer.ts";

process.env.ORT_DISABLE_TELEMETRY = "1";

const graphs = {
  "test/models/tiny-embeddinggemma/onnx/model.onnx": ["model.onnx_data"],
  "test/models/tiny-embeddinggemma/onnx/model_q4.onnx": ["model_q4.onnx_data"],
  "models/all-MiniLM-L6-v2/onnx/model_quantized.onnx": [],
};

describe("readOnnxGraph", () => {
  for (const [path, externalDataPaths] of Object.entries(graphs)) {
    it(`reads from ${path} the outputs that ONNX Runtime reads, and the files of its weights`, async () => {
      const ort = await import("onnxruntime-node");
      const session = await ort.InferenceSession.create(path);

      const graph = readOnnxGraph(await readFile(path));

      assert.deepEqual(graph, { outputNames: session.outputNames, externalDataPaths });
      await session.release();
    });
  }

  it("names each file of weights once, in the order of their use", () => {
    const bytes = writeOnnxGraph("logits", ["b.onnx_data", "a.onnx_data", "b.onnx_data"]);

    const graph = readOnnxGraph(bytes);

    assert.deepEqual(graph, {
      outputNames: ["logits"],
      externalDataPaths: ["b.onnx_data", "a.onnx_data"],
    });
  });

  it("refuses a graph that is cut, wherever that is", async () => {
    const bytes = await readFile("test/models/tiny-embeddinggemma/onnx/model_q4.onnx");
    // The graph is the message's last field but for some bytes of versions.
    const end = bytes.length - 100;

    fc.assert(
      fc.property(fc.integer({ min: 0, max: end }), (length) => {
        assert.throws(() => readOnnxGraph(bytes.subarray(0, length)), RangeError);
      }),
    );
  });

  it("ends on any bytes, with a graph or a RangeError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          assert.ok(Array.isArray(readOnnxGraph(bytes).outputNames));
        } catch (error) {
          assert.ok(error instanceof RangeError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
