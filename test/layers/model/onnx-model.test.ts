import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onnxFields } from "../../../layers/model/onnx.ts";
import { createGraphBuilder } from "../../../layers/model/onnx-builder.ts";
import { readInteger, readOnnxModel } from "../../../layers/model/onnx-model.ts";
import { writeWeights } from "../../../layers/model/onnx-weights.ts";
import { writeBytes, writeNumber } from "../../../layers/model/protobuf.ts";

process.env.ORT_DISABLE_TELEMETRY = "1";

describe("a built graph", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "graph-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** x · W + 1, with one number of W in the graph and the others beside it. */
  async function build(): Promise<string> {
    const builder = createGraphBuilder();
    const x = { name: "x", type: "float32", shape: ["rows", 2] } as const;
    const values = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    const [first, second] = values.map((numbers) =>
      builder.weight("float32", [1, 2], {
        length: 8,
        read: async () => new Uint8Array(numbers.buffer),
      }),
    );
    const matrix = builder.add(
      "Concat",
      [first, second],
      { type: "float32", shape: [2, 2] },
      { axis: 0 },
    );
    const product = builder.add(
      "com.microsoft.FusedMatMul",
      [x, matrix],
      { type: "float32", shape: ["rows", 2] },
      { transB: 1, alpha: { float: 0.5 } },
    );
    const one = builder.constant("float32", [], Float32Array.of(1));
    assert.equal(builder.constant("float32", [], Float32Array.of(1)), one);
    const y = { name: "y", type: "float32", shape: ["rows", 2] } as const;
    builder.node({ operator: "Add", inputs: [product, one], outputs: [y], attributes: {} });
    const { bytes, weights } = builder.finish([x], [y], "model.onnx_data");
    const path = join(folder, "model.onnx");
    await writeFile(path, bytes);
    await writeWeights(`${path}_data`, weights);
    return path;
  }

  it("computes in ONNX Runtime what its operators say", async () => {
    const path = await build();
    const ort = await import("onnxruntime-node");
    const session = await ort.InferenceSession.create(path);

    const { y } = await session.run({
      x: new ort.Tensor("float32", Float32Array.of(1, 0, 10, 1), [2, 2]),
    });

    // Half of x · Wᵀ, and one.
    assert.deepEqual([...(y?.data ?? [])], [1.5, 2.5, 7, 18]);
    assert.deepEqual(y?.dims, [2, 2]);
    await session.release();
  });

  it("is read again with its nodes, its attributes and its weights' values", async () => {
    const { nodes, tensors } = await readOnnxModel(await build());

    assert.deepEqual(
      nodes.map(({ operator }) => operator),
      ["Concat", "FusedMatMul", "Add"],
    );
    const [concat, product] = nodes;
    assert.ok(concat && product);
    assert.equal(readInteger(product, "transB"), 1);
    assert.equal(readInteger(product, "transA"), undefined);
    const [first, second] = concat.inputs.map((name) => tensors.get(name));
    assert.deepEqual(first?.dimensions, [1, 2]);
    assert.deepEqual([first?.bytes, second?.bytes], [8, 8]);
    const numbers = async (tensor = first) => [
      ...new Float32Array(new Uint8Array((await tensor?.read()) ?? []).buffer),
    ];
    assert.deepEqual(await numbers(first), [1, 2]);
    assert.deepEqual(await numbers(second), [3, 4]);
  });

  it("is found cut where the file of its weights ends early", async () => {
    const path = await build();
    await truncate(`${path}_data`, 4100);

    const { tensors } = await readOnnxModel(path);

    await assert.rejects(async () => tensors.get("weight_1")?.read(), {
      name: "RangeError",
      message: /ends before 4104 bytes/,
    });
  });
});

describe("readOnnxModel", () => {
  it("reads a constant that a node gives like one that the graph holds", async () => {
    const fields = onnxFields.initializer;
    const tensor = Buffer.concat([
      writeNumber(fields.dimension, 2),
      writeNumber(fields.dataType, 1),
      writeBytes(fields.raw, new Uint8Array(Float32Array.of(27.5, -1).buffer)),
    ]);
    const attribute = Buffer.concat([
      writeBytes(onnxFields.attribute.name, Buffer.from("value")),
      writeBytes(onnxFields.attribute.tensor, tensor),
    ]);
    const node = Buffer.concat([
      writeBytes(onnxFields.node.output, Buffer.from("c")),
      writeBytes(onnxFields.node.operator, Buffer.from("Constant")),
      writeBytes(onnxFields.node.attribute, attribute),
    ]);
    const folder = await mkdtemp(join(tmpdir(), "graph-"));
    const path = join(folder, "model.onnx");
    await writeFile(path, writeBytes(onnxFields.model.graph, writeBytes(1, node)));

    const constant = (await readOnnxModel(path)).tensors.get("c");

    assert.deepEqual(constant?.dimensions, [2]);
    const bytes = new Uint8Array((await constant?.read()) ?? []);
    assert.deepEqual([...new Float32Array(bytes.buffer)], [27.5, -1]);
    await rm(folder, { recursive: true });
  });

  it("refuses a file without a graph", async () => {
    const folder = await mkdtemp(join(tmpdir(), "graph-"));
    const path = join(folder, "model.onnx");
    await writeFile(path, "");

    await assert.rejects(readOnnxModel(path), { name: "RangeError", message: "it has no graph" });
    await rm(folder, { recursive: true });
  });
});
