import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keepSpeed, readSpeed, type Speed } from "../../bench/speed.ts";

const speed: Speed = {
  model: "a model",
  tokens: 512,
  milliseconds: { one: 500, two: 300 },
  isDisturbed: false,
};

describe("readSpeed", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "speed-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("measures once and keeps what it measured", async () => {
    const path = join(folder, "new", "speed.json");
    let measured = 0;
    const measure = async () => {
      measured += 1;
      return speed;
    };

    assert.deepEqual(await readSpeed(path, measure), speed);
    assert.deepEqual(await readSpeed(path, measure), speed);
    assert.equal(measured, 1);
  });

  it("measures again where other work disturbed it", async () => {
    const path = join(folder, "speed.json");
    const disturbed = { ...speed, isDisturbed: true };

    assert.deepEqual(await readSpeed(path, async () => disturbed), disturbed);
    assert.deepEqual(await readSpeed(path, async () => speed), speed);
  });

  it("takes what the benchmark kept", async () => {
    const path = join(folder, "speed.json");
    await keepSpeed(path, speed);

    assert.deepEqual(await readSpeed(path, () => assert.fail("measured")), speed);
  });
});
