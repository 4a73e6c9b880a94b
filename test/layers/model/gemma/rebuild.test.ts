import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { InferenceSession } from "onnxruntime-node";
import * as v from "valibot";
import { cosine } from "../../../../layers/model/compare.ts";
import { describeModel } from "../../../../layers/model/describe.ts";
import type { Model } from "../../../../layers/model/obtain.ts";
import { makeVariant } from "../../../../layers/model/variant.ts";

process.env.ORT_DISABLE_TELEMETRY = "1";

const tiny = "test/models/tiny-embeddinggemma";
const referenceSchema = v.array(
  v.object({ input_ids: v.array(v.number()), fp32: v.array(v.number()) }),
);

/** The least cosine to PyTorch's vectors in fp32, which the published 4-bit graph has too. */
const leastCosines = { "q4-level4": 0.96, int8: 0.98 } as const;

describe("a graph that is built anew", () => {
  let folder: string;
  let source: Model;
  let fullPrecision: Model;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "rebuild-"));
    source = { folder: tiny, manifest: await describeModel(tiny, { dtype: "q4" }) };
    fullPrecision = { folder: tiny, manifest: await describeModel(tiny, { dtype: "fp32" }) };
  });
  after(() => rm(folder, { recursive: true }));

  for (const variant of ["q4-level4", "int8"] as const) {
    describe(`as ${variant}`, () => {
      let session: InferenceSession;
      before(async () => {
        const target = join(folder, variant);
        const options = { fullPrecision, minCosine: 0.9 };
        const { model } = await makeVariant(source, variant, target, options);
        const ort = await import("onnxruntime-node");
        session = await ort.InferenceSession.create(join(target, model.manifest.graph));
      });
      after(() => session.release());

      /** Sequences side by side, the shorter ones padded. */
      async function embed(sequences: readonly (readonly number[])[]): Promise<number[][]> {
        const { Tensor } = await import("onnxruntime-node");
        const length = Math.max(...sequences.map((ids) => ids.length));
        const padded = (values: (ids: readonly number[]) => readonly number[]) => {
          const rows = sequences.flatMap((ids) => [
            ...values(ids),
            ...new Array<number>(length - ids.length).fill(0),
          ]);
          return new Tensor("int64", BigInt64Array.from(rows, BigInt), [sequences.length, length]);
        };
        const outputs = await session.run({
          input_ids: padded((ids) => ids),
          attention_mask: padded((ids) => ids.map(() => 1)),
        });
        const { data, dims } = outputs.sentence_embedding ?? assert.fail("no output");
        assert.deepEqual(dims, [sequences.length, 768]);
        const numbers = Array.from(data, Number);
        return sequences.map((_, index) => numbers.slice(768 * index, 768 * (index + 1)));
      }

      it("gives what PyTorch gives, as near as its weights allow", async () => {
        const text = await readFile(join(tiny, "reference.json"), "utf8");
        const references = v.parse(referenceSchema, JSON.parse(text));

        assert.equal(references.length, 6);
        for (const { input_ids: ids, fp32 } of references) {
          const [vector = []] = await embed([ids]);
          assert.ok(cosine(vector, fp32) >= leastCosines[variant]);
          assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
        }
      });

      it("gives a text the same vector whatever stands beside it", async () => {
        const long = Array.from({ length: 300 }, (_, index) => 5 + ((index * 7919) % 4000));
        const short = [2, 17, 400, 3999, 1];

        const [besideLong = [], besideShort = []] = await embed([short, long]);

        const [alone = []] = await embed([short]);
        const [longAlone = []] = await embed([long]);
        const difference = (a: readonly number[], b: readonly number[]) =>
          Math.max(...a.map((value, index) => Math.abs(value - (b[index] ?? Number.NaN))));
        assert.ok(difference(alone, besideLong) < 1e-5);
        assert.ok(difference(longAlone, besideShort) < 1e-5);
      });
    });
  }
});
