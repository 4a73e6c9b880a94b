import assert from "node:assert/strict";
import { createProgressDisplay, describeSeconds } from "../../recovery/progress-display.ts";

describe("the progress of publishing", () => {
  /** All that is written while each of 25 batches of four is shown, at two objects a second. */
  function written(isTTY: boolean): string[] {
    const lines: string[] = [];
    const display = createProgressDisplay(2, { isTTY, write: (text) => lines.push(text) > 0 });
    for (let published = 0; published <= 100; published += 4) {
      display.show({ published, total: 100 });
    }
    display.end();
    return lines;
  }

  it("is one bar at a terminal", () => {
    const lines = written(true);

    assert.equal(lines.length, 27);
    assert.equal(lines[3], "\r\x1b[K███░░░░░░░░░░░░░░░░░░░░░░  12 %  12 of 100 objects, 44 s left");
    assert.equal(lines.at(-1), "\n");
  });

  it("is a line for each tenth elsewhere", () => {
    const lines = written(false);

    assert.equal(lines.length, 11);
    assert.equal(lines[1], "███░░░░░░░░░░░░░░░░░░░░░░  12 %  12 of 100 objects, 44 s left\n");
    assert.match(lines.at(-1) ?? "", /^█{25} 100 % {2}100 of 100 objects, 0 s left\n$/);
  });

  it("is complete where there is nothing to publish", () => {
    const lines: string[] = [];
    createProgressDisplay(2, { isTTY: false, write: (text) => lines.push(text) > 0 }).show({
      published: 0,
      total: 0,
    });

    assert.match(String(lines), / 100 % {2}0 of 0 objects, 0 s left/);
  });

  for (const [seconds, text] of [
    [0, "0 s"],
    [119, "119 s"],
    [120, "2 min"],
    [7_199, "119 min"],
    [7_200, "2 h"],
    [200_000, "2 d"],
  ] as const) {
    it(`calls ${seconds} seconds ${text}`, () => {
      assert.equal(describeSeconds(seconds), text);
    });
  }
});
