import assert from "node:assert/strict";
import type { PGlite } from "@electric-sql/pglite";
import { openDatabase } from "../../local/database.ts";
import { createBurst } from "./burst.ts";
import type { History, Step } from "./history.ts";
import { playSeed } from "./play.ts";
import { createTotals, simulate } from "./simulate.ts";

const put = (object: number, ...content: number[]): Step => ({
  afterMilliseconds: 0,
  action: { do: "put", object, content },
  copies: [0],
  batched: false,
});

const calm: History = {
  steps: [],
  faults: [],
  latencies: [10],
  concurrency: 1,
  timeoutMilliseconds: 300_000,
  delivery: "direct",
};

describe("the function, simulated", () => {
  let database: PGlite;
  before(async () => {
    database = await openDatabase(3);
  });
  afterEach(() => database.exec("truncate content_embeddings, source_objects"));
  after(() => database.close());

  it("leaves the tables equal to the buckets, whatever happens on the way, for 200 seeds", async () => {
    const totals = createTotals();
    for (let seed = 1; seed <= 200; seed += 1) {
      assert.equal(await playSeed(database, seed, totals), undefined);
    }

    assert.equal(totals.histories, 200);
    assert.ok(totals.killed > 0 && totals.redriven > 0 && totals.faults.size > 15);
  });

  it("plays a seed the same way each time", async () => {
    const [first, second] = [createTotals(), createTotals()];
    for (const totals of [first, second]) {
      for (let seed = 300; seed < 310; seed += 1) await playSeed(database, seed, totals);
    }

    assert.deepEqual(first, second);
  });

  it("embeds each content once where nothing goes wrong", async () => {
    const totals = createTotals();

    await simulate(
      database,
      { ...calm, steps: [put(0, 0, 1, 0), put(1, 1, 2), put(2, 2), put(0, 0, 1, 3)] },
      totals,
    );

    assert.deepEqual(totals.embeddings, { computed: 4, redundant: 0 });
    assert.equal(totals.pruned, 0);
  });

  it("keeps to as many connections as invocations are allowed, however many events come", async () => {
    const totals = createTotals();

    await simulate(database, createBurst(400, 3), totals);

    assert.equal(totals.events, 400);
    assert.ok(totals.invocations >= 400);
    assert.equal(totals.mostConnections, 3);
    assert.deepEqual([...totals.faults.keys()].toSorted(), ["supabase 429", "supabase slow"]);
  });

  describe("with a document that needs three times an invocation's time", () => {
    const steps = [put(0, 0, 1, 2, 3, 4, 5)];
    // Six embeddings of five seconds, and ten seconds for each invocation.
    const slow = { edge: "embed", kind: "slow", call: 0, times: 6 } as const;

    it("finishes it in runs that follow each other, without a retry, and embeds no chunk twice", async () => {
      const totals = createTotals();

      await simulate(
        database,
        { ...calm, steps, faults: [slow], timeoutMilliseconds: 10_000 },
        totals,
      );

      assert.deepEqual(totals.embeddings, { computed: 6, redundant: 0 });
      assert.deepEqual(
        [totals.invocations, totals.continued, totals.killed, totals.redriven],
        [6, 5, 0, 0],
      );
    });

    it("finishes it with the retries and a redrive where the topic takes nothing from the function", async () => {
      const totals = createTotals();
      const refused = { edge: "publish", kind: "refused", call: 0, times: 20 } as const;
      const faults = [slow, refused];

      await simulate(database, { ...calm, steps, faults, timeoutMilliseconds: 10_000 }, totals);

      assert.deepEqual(totals.embeddings, { computed: 6, redundant: 0 });
      assert.deepEqual([totals.killed, totals.redriven], [0, 1]);
    });
  });
});
