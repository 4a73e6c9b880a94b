import assert from "node:assert/strict";
import { once } from "../../function/once.ts";

describe("once", () => {
  it("makes one thing for callers at the same time, and keeps it", async () => {
    let made = 0;
    const get = once(async () => {
      made += 1;
      return made;
    });

    assert.deepEqual(await Promise.all([get(), get(), get()]), [1, 1, 1]);
    assert.equal(await get(), 1);
  });

  it("does not keep a failure", async () => {
    let tries = 0;
    const get = once(async () => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
      return "made";
    });

    await assert.rejects(get(), /not yet/);
    assert.equal(await get(), "made");
  });

  it("makes it anew after it was forgotten, even while the forgotten one still fails", async () => {
    let fail: (error: Error) => void = () => {};
    let tries = 0;
    const get = once(() => {
      tries += 1;
      if (tries > 1) return Promise.resolve("second");
      return new Promise<string>((_, reject) => {
        fail = reject;
      });
    });

    const first = get();
    get.forget();
    const second = get();
    fail(new Error("late"));

    await assert.rejects(first, /late/);
    assert.equal(await second, "second");
    assert.equal(await get(), "second");
    assert.equal(tries, 2);
  });
});
