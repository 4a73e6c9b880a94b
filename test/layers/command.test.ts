import assert from "node:assert/strict";
import { execFile } from "node:child_process";

/** Runs `npm run build --` with the arguments. */
async function runBuild(...args: readonly string[]) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    const command = execFile(
      process.execPath,
      ["layers/command.ts", ...args],
      (_, stdout, stderr) => resolve({ code: command.exitCode, stdout, stderr }),
    );
  });
}

describe("npm run build", () => {
  it("prints with --sizes a line for each model on each architecture", async () => {
    const { code, stdout, stderr } = await runBuild("--sizes");

    assert.equal(code, 0);
    assert.equal(stderr, "");
    const [head = "", ...lines] = stdout.trimEnd().split("\n");
    assert.match(head, /function +dependencies +model +together +of 262,144,000$/);
    assert.equal(lines.length, 8);
    assert.match(lines[0] ?? "", /^embeddinggemma-300m +q4 +arm64( +[\d,]+){4} +\d+\.\d %$/);
    const tooLarge = lines.filter((line) => line.endsWith("too large"));
    assert.deepEqual(
      tooLarge.map((line) => line.split(/ +/).slice(0, 3)),
      [["embeddinggemma-300m", "int8", "x64"]],
    );
  });

  for (const [mistake, args, message] of [
    ["an unknown architecture", ["--architecture", "x86_64"], /must be arm64 or x64, not x86_64/],
    ["an unknown variant", ["--variant", "q3"], /must be published or q4-level4 or int8, not q3/],
    [
      "a variant that the model cannot have",
      ["--model", "test/models/tiny-embeddinggemma", "--variant", "q4-level4"],
      /this graph has: none\. Use the published graph: --variant published/,
    ],
    ["an unknown source", ["--model-source", "S3"], /--model-source must be layer or s3, not S3/],
    ["an unknown model", ["--model", "embeddinggema"], /no model embeddinggema: expected embedd/],
    ["an unknown option", ["--modell", "x"], /Unknown option '--modell'/],
  ] as const) {
    it(`ends with one clear line for ${mistake}`, async () => {
      const { code, stdout, stderr } = await runBuild(...args);

      assert.equal(code, 1);
      assert.equal(stdout, "");
      assert.match(stderr, message);
      assert.equal(stderr.trimEnd().split("\n").length, 1);
    });
  }
});
