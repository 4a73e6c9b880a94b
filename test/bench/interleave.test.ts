import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interleave } from "../../bench/interleave.ts";
import { number, span, summarize } from "../../bench/statistic.ts";

describe("interleave", () => {
  let folder: string;
  let program: string;
  let log: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "bench-"));
    program = join(folder, "program.mjs");
    log = join(folder, "log");
    await writeFile(
      program,
      `import { appendFileSync } from "node:fs";
       const [, , name] = process.argv;
       appendFileSync(${JSON.stringify(log)}, name);
       if (name === "x") throw new Error("the program failed");
       const at = performance.timeOrigin + performance.now();
       console.log(JSON.stringify({ cpuMilliseconds: 1, at, length: process.env.LENGTH?.length ?? 0, name }));`,
    );
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("takes one sample of each in turn, and as many as are wanted", async () => {
    const cases = ["a", "b", "c"].map((name) => ({ name, program, args: [name] }));

    const measured = await interleave(cases, 2);

    assert.deepEqual([...measured.keys()], ["a", "b", "c"]);
    for (const [name, { samples }] of measured) {
      assert.equal(samples.length, 2);
      assert.ok(samples.every(({ texts }) => texts.name === name));
    }
    assert.match(await readFile(log, "utf8"), /^abcabc/);
  });

  it("gives what a program reported, and when its process was started", async () => {
    const env = { ...process.env, LENGTH: "four" };

    const measured = await interleave([{ name: "a", program, args: ["a"], env }], 1);

    const samples = measured.get("a");
    assert.ok(samples);
    assert.equal(summarize(samples, number("length")).median, 4);
    assert.ok(summarize(samples, span("startedAt", "at")).min > 0);
    assert.ok(Number.isNaN(summarize(samples, number("nothing")).median));
  });

  it("fails with what a program said when it failed", async () => {
    await assert.rejects(interleave([{ name: "x", program, args: ["x"] }], 1), {
      message: /the program failed/,
    });
  });
});

describe("summarize", () => {
  it("gives the median, the least and the most", () => {
    const samples = [5, 1, 9].map((value) => ({
      startedAt: 0,
      numbers: { value },
      texts: {},
      foreignShare: 0,
    }));

    assert.deepEqual(summarize({ samples, isDisturbed: false }, number("value")), {
      median: 5,
      min: 1,
      max: 9,
      samples: 3,
      isDisturbed: false,
    });
  });
});
