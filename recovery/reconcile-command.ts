/**
 * `npm run reconcile -- [--stack NAME] [--fix] [--rate N]`: how the buckets and the table differ; with `--fix`
 * events for what differs are published. Exit code 1 where something differs and is left so.
 */
import { parseArgs } from "node:util";
import { objectUrl } from "../function/errors.ts";
import type { ObjectChange } from "../function/events.ts";
import { createTime } from "../function/time.ts";
import { parseRate, print, runCommand } from "./command.ts";
import { deploymentOptions, openDeployment } from "./open-deployment.ts";
import { createProgressDisplay } from "./progress-display.ts";
import { publishChanges } from "./publishing.ts";
import { compareBucket, mend } from "./reconcile.ts";

async function command(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...deploymentOptions,
      fix: { type: "boolean", default: false },
      rate: { type: "string", default: "10" },
    },
  });
  const rate = parseRate(values.rate);
  const deployment = await openDeployment(values);
  try {
    const counts = { missing: 0, stale: 0, orphaned: 0, rejected: 0 };
    const changes: ObjectChange[] = [];
    for (const bucket of await deployment.buckets()) {
      for await (const difference of compareBucket(deployment, bucket)) {
        const { kind } = difference;
        const detail = kind === "rejected" ? `  ${difference.error}` : "";
        print(`  ${kind.padEnd(8)}  ${objectUrl(difference)}${detail}`);
        counts[kind] += 1;
        const change = mend(difference);
        if (change !== undefined) changes.push(change);
      }
    }
    const { missing, stale, orphaned, rejected } = counts;
    print(
      `${missing} missing, ${stale} stale, ${orphaned} orphaned; ${rejected} rejected, which is no difference`,
    );
    if (changes.length === 0) {
      print("The table equals the buckets.");
      return;
    }
    if (!values.fix) {
      print(
        "What was uploaded a moment ago may be on its way. To mend the rest, run this again with --fix.",
      );
      process.exitCode = 1;
      return;
    }
    const display = createProgressDisplay(rate);
    let published = 0;
    await publishChanges(deployment, changes, {
      rate,
      time: createTime(),
      onPublished(batch) {
        published += batch.length;
        display.show({ published, total: changes.length });
      },
    }).finally(display.end);
    print(
      `Events published: ${published}. Once they are handled, run this again: it should find nothing.`,
    );
  } finally {
    await deployment.close();
  }
}

await runCommand(command);
