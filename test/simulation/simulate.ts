/** A history → what the product made of it: checked against the buckets, and counted. */
import assert from "node:assert/strict";
import type { PGlite } from "@electric-sql/pglite";
import type { ObjectName } from "../../function/errors.ts";
import type { Telemetry } from "../../function/telemetry.ts";
import { createBuckets } from "./buckets.ts";
import { deliverDirectly, deliverThroughQueue } from "./delivery.ts";
import { createFaults } from "./faults.ts";
import { type Action, type History, objects } from "./history.ts";
import { createLambda } from "./lambda.ts";
import { assertSettled } from "./oracle.ts";
import { createScheduler } from "./scheduler.ts";
import { createWorld, type EmbeddingCounts } from "./world.ts";

/** Sums over many histories. */
export interface Totals {
  histories: number;
  /** Of the histories, those in which a queue delivered. */
  throughQueue: number;
  events: number;
  deliveries: number;
  invocations: number;
  killed: number;
  continued: number;
  redriven: number;
  pruned: number;
  mostConnections: number;
  readonly faults: Map<string, number>;
  readonly embeddings: EmbeddingCounts;
}

export function createTotals(): Totals {
  return {
    histories: 0,
    throughQueue: 0,
    events: 0,
    deliveries: 0,
    invocations: 0,
    killed: 0,
    continued: 0,
    redriven: 0,
    pruned: 0,
    mostConnections: 0,
    faults: new Map(),
    embeddings: { computed: 0, redundant: 0 },
  };
}

/**
 * Plays a history on an empty database until nothing is left to do, redrives what was given up on once
 * the faults are over, and compares.
 * @throws {AssertionError} when the tables are not what the buckets are
 */
export async function simulate(
  database: PGlite,
  history: History,
  totals: Totals,
  log?: (line: string) => void,
): Promise<void> {
  const scheduler = createScheduler();
  const buckets = createBuckets(scheduler.now);
  const faults = createFaults(history.faults, totals.faults);
  const telemetry = createTelemetry(
    log && ((line) => log(`${String(scheduler.now()).padStart(8)} ms  ${line}`)),
  );
  const world = createWorld({
    database,
    scheduler,
    buckets,
    faults,
    telemetry,
    latencies: history.latencies,
    embeddings: totals.embeddings,
  });
  const lambda = createLambda(world, scheduler, faults, history, (message) =>
    deliver(message, 100),
  );
  const delivery =
    history.delivery === "direct"
      ? deliverDirectly(lambda, scheduler, faults)
      : deliverThroughQueue(lambda, scheduler, faults, history);
  const deliver = (message: string, afterMilliseconds: number) =>
    scheduler.start(afterMilliseconds, () => delivery.deliver(message));
  const touched = new Set<string>();
  const nameOf = ({ bucket, key }: ObjectName) => `${bucket}/${key}`;
  let held: object[] = [];

  function publish(records: object[], copies: readonly number[]): void {
    if (records.length === 0) return;
    totals.events += records.length;
    for (const after of copies) {
      totals.deliveries += 1;
      deliver(JSON.stringify({ Records: records }), after);
    }
  }

  let at = 0;
  for (const { afterMilliseconds, action, copies, batched } of history.steps) {
    at += afterMilliseconds;
    const complete = async () => {
      if (action.do === "rotate") {
        world.rotateKey(action.ssmAfterMilliseconds);
        return;
      }
      const record = perform(buckets, action, scheduler.now());
      if (record === undefined) return;
      touched.add(nameOf(objects[action.object] ?? { bucket: "", key: "" }));
      const records = [...held, record];
      held = batched ? records : [];
      if (!batched) publish(records, copies);
    };
    scheduler.start(action.do === "multipart" ? at + action.takesMilliseconds : at, complete);
  }

  await database.exec("delete from content_embeddings; delete from source_objects");
  await scheduler.run();
  publish(held, [0]);
  await scheduler.run();
  world.calm();
  const failed = delivery.takeFailed();
  totals.redriven += failed.length;
  for (const message of failed) deliver(message, 0);
  await scheduler.run();

  totals.histories += 1;
  if (history.delivery === "queue") totals.throughQueue += 1;
  totals.invocations += lambda.counts.invocations;
  totals.killed += lambda.counts.killed;
  totals.continued += lambda.counts.continued;
  totals.mostConnections = Math.max(totals.mostConnections, world.mostConnections());
  assert.equal(lambda.counts.idlyContinued, 0, "a run that got nowhere was followed by another");
  assert.deepEqual(delivery.takeFailed(), [], "events fail although nothing is wrong any more");
  totals.pruned += await assertSettled(database, buckets, (name) => touched.has(nameOf(name)));
}

function perform(
  buckets: ReturnType<typeof createBuckets>,
  action: Exclude<Action, { do: "rotate" }>,
  now: number,
): object | undefined {
  switch (action.do) {
    case "put":
      return buckets.put(action.object, action.content, now, "ObjectCreated:Put");
    case "multipart": {
      const begunAt = now - action.takesMilliseconds;
      const eventName = "ObjectCreated:CompleteMultipartUpload";
      return buckets.put(action.object, action.content, begunAt, eventName);
    }
    case "delete":
      return buckets.remove(action.object, "ObjectRemoved");
    case "expire":
      return buckets.remove(action.object, "LifecycleExpiration");
    case "undelete":
      return buckets.undelete(action.object);
    case "announce":
      return buckets.announce(action.object);
  }
}

function createTelemetry(log: (line: string) => void = () => {}): Telemetry {
  const name = ({ bucket, key }: ObjectName) => `${bucket}/${key}`;
  return {
    begun: (object) => log(`${name(object)}: begun`),
    progressed: (object, progress) => log(`${name(object)}: ${JSON.stringify(progress)}`),
    finished: (object, outcome) => log(`${name(object)}: ${outcome.status}`),
    failed: (object, error) => log(`${name(object)}: failed, ${error}`),
    messageFailed: (messageId, error) => log(`message ${messageId}: failed, ${error}`),
    ignored: (reason) => log(`ignored: ${reason}`),
    flush() {},
  };
}
