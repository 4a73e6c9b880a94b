import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Matrix, readMatrix } from "../../../../layers/model/gemma/matrix.ts";
import { readGemma } from "../../../../layers/model/gemma/weights.ts";
import { readOnnxModel } from "../../../../layers/model/onnx-model.ts";
import { withOperator } from "../graph-edits.ts";

const tiny = "test/models/tiny-embeddinggemma/onnx";
const standIn = "bench/stand-in/onnx/model_q4.onnx";

const read = async (path: string) => readGemma(await readOnnxModel(path));
const shape = ({ rows, columns }: Matrix) => `${rows} × ${columns}`;

describe("readGemma", () => {
  for (const [path, expected] of Object.entries({
    [`${tiny}/model.onnx`]: { layers: 2, table: false, kind: "fp32" },
    [`${tiny}/model_q4.onnx`]: { layers: 2, table: true, kind: "q4" },
    // Of the fused operators that published graphs are made of, where the other two are as PyTorch exports them.
    [standIn]: { layers: 24, table: true, kind: "q4" },
  })) {
    it(`finds in ${path} the weights by what they are for`, async () => {
      const { table, weights } = await read(path);

      assert.equal(table !== undefined, expected.table);
      assert.ok(weights);
      const { hiddenSize, headSize, layers, dense } = weights;
      assert.deepEqual(
        [hiddenSize, headSize, layers.length, ...dense.map(shape)],
        path === standIn
          ? [768, 256, 24, "3072 × 768", "768 × 3072"]
          : [64, 32, 2, "256 × 64", "768 × 256"],
      );
      for (const { norms, ...matrices } of layers) {
        assert.deepEqual(
          Object.values(matrices).map(shape),
          path === standIn
            ? ["768 × 768", "256 × 768", "256 × 768", "768 × 768"].concat([
                "1152 × 768",
                "1152 × 768",
                "768 × 1152",
              ])
            : ["64 × 64", "32 × 64", "32 × 64", "64 × 64", "128 × 64", "128 × 64", "64 × 128"],
        );
        assert.ok(Object.values(matrices).every(({ form }) => form.kind === expected.kind));
        assert.deepEqual(
          Object.values(norms).map(({ dimensions }) => dimensions[0]),
          [hiddenSize, headSize, headSize, hiddenSize, hiddenSize, hiddenSize],
        );
      }
    });
  }

  it("finds the same matrices in fp32 and in 4 bits, as near as 4 bits are", async () => {
    const { weights: full } = await read(`${tiny}/model.onnx`);
    const { weights: quantized } = await read(`${tiny}/model_q4.onnx`);
    assert.ok(full && quantized);

    for (const [index, layer] of full.layers.entries()) {
      const pairs = [layer, quantized.layers[index] ?? layer].map(({ norms: _, ...matrices }) =>
        Object.values(matrices),
      );
      const [exactOnes = [], roughOnes = []] = pairs;
      for (const [at, matrix] of exactOnes.entries()) {
        const exact = await readMatrix(matrix);
        const rough = await readMatrix(roughOnes[at] ?? matrix);
        assert.notDeepEqual(exact, rough);
        const most = exact.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
        // A step is an eighth of the largest number in a block, and nothing is off by more than one.
        assert.ok(exact.every((value, index) => Math.abs(value - (rough[index] ?? 9)) < most / 8));
      }
    }
  });

  it("tells the gate from its neighbour by the activation behind it, whichever comes first", async () => {
    const model = await readOnnxModel(`${tiny}/model.onnx`);
    const activation = model.nodes.findIndex(({ operator }) => operator === "Gelu");
    const up = model.nodes[activation + 1];
    assert.equal(up?.operator, "MatMul");

    const swapped = model.nodes.toSpliced(activation + 1, 1).toSpliced(activation - 1, 0, up);
    const { weights } = readGemma({ ...model, nodes: swapped });

    const { weights: expected } = readGemma(model);
    const names = (found: typeof weights) =>
      found?.layers.map(({ gate, up }) =>
        [gate, up].map(({ form }) => (form.kind === "fp32" ? form.tensor.name : "")),
      );
    assert.deepEqual(names(weights), names(expected));
    assert.deepEqual(names(weights)?.[0], ["val_213", "val_214"]);
  });

  describe("of another graph", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "graph-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    for (const [what, operators, index, found] of [
      [
        "a product less",
        ["MatMulNBits", "MatMulInteger"],
        3,
        "a table of 4 bits, 15 matrix products, 13 of 4 bits, 13 norms",
      ],
      [
        "a norm less",
        // The second is the embedding's factor, the third of the first norm's two.
        ["Mul", "Sub"],
        2,
        "a table of 4 bits, 16 matrix products, 14 of 4 bits, 12 norms",
      ],
    ] as const) {
      it(`finds no weights where there is ${what}, and says what there is`, async () => {
        const path = join(folder, "model.onnx");
        const bytes = await readFile(`${tiny}/model_q4.onnx`);
        await writeFile(path, withOperator(bytes, operators, index));

        const reading = await read(path);

        assert.equal(reading.weights, undefined);
        assert.equal(reading.found, found);
      });
    }

    it("finds nothing of it in all-MiniLM-L6-v2", async () => {
      const { table, weights } = await read("models/all-MiniLM-L6-v2/onnx/model_quantized.onnx");

      assert.deepEqual([table, weights], [undefined, undefined]);
    });
  });
});
