import assert from "node:assert/strict";
import { billReport } from "../../tools/bill-report.ts";
import { runTool } from "./run-tool.ts";

describe("npm run cost", () => {
  for (const words of [[], ["--documents", "10"], ["--documents", "ten", "--tokens", "5"]]) {
    it(`says how it is used when it is given ${words.join(" ") || "nothing"}`, async () => {
      const { exitCode, stdout, stderr } = await runTool("tools/cost.ts", words);

      assert.equal(exitCode, 1);
      assert.equal(stdout, "");
      assert.match(stderr, /Usage: npm run cost -- --documents N --tokens T \[--stack NAME\]/);
    });
  }
});

describe("billReport", () => {
  it("has a line for each item and their sum, and says what they are reckoned from", () => {
    const lines = billReport(
      { documents: 1000, tokens: 512 },
      { architecture: "arm64", memoryMegabytes: 2048 },
      [
        { name: "SNS", quantity: "1,000 events", dollars: 0.0005 },
        { name: "Lambda computing", quantity: "7 GB-seconds", dollars: 12.3456 },
        { name: "nothing", quantity: "0", dollars: 0 },
      ],
      "a guess",
    );

    assert.deepEqual(lines, [
      "A month with 1,000 new documents of 512 tokens, 2,048 MB on arm64",
      "",
      "SNS               1,000 events  $0.001",
      "Lambda computing  7 GB-seconds  $12.35",
      "nothing                      0   $0.00",
      "together                        $12.35",
      "",
      "Lambda's time: a guess.",
      "List prices of US East, November 2026, without free tier, storage, network and Supabase.",
    ]);
  });
});
