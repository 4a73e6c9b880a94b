/**
 * `npm run backfill -- [--stack NAME] --bucket BUCKET [--prefix PREFIX] [--rate N] [--restart]`: events for the
 * objects that a bucket holds already. A run that was ended is gone on with.
 */

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createTime } from "../function/time.ts";
import { backfill } from "./backfill.ts";
import { createBackfillState } from "./backfill-state.ts";
import { parseRate, print, runCommand, UsageError } from "./command.ts";
import { findBucket } from "./deployment.ts";
import { deploymentOptions, openDeployment } from "./open-deployment.ts";
import { createProgressDisplay } from "./progress-display.ts";

const stateFolder = fileURLToPath(new URL("../.local/backfill", import.meta.url));

async function command(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...deploymentOptions,
      bucket: { type: "string" },
      prefix: { type: "string", default: "" },
      // Lambda drops what has waited for six hours: the events must not come faster than they are handled.
      rate: { type: "string", default: "10" },
      restart: { type: "boolean", default: false },
    },
  });
  const { prefix, restart } = values;
  if (values.bucket === undefined) {
    throw new UsageError(
      "Usage: npm run backfill -- [--stack NAME] --bucket BUCKET [--prefix PREFIX] [--rate OBJECTS_A_SECOND] [--restart]",
    );
  }
  const rate = parseRate(values.rate);
  const deployment = await openDeployment(values);
  try {
    const bucket = await findBucket(deployment, values.bucket);
    const state = createBackfillState(values.state ?? stateFolder, [
      deployment.name,
      values.model ?? "",
      bucket,
      prefix,
    ]);
    if (restart) await state.clear();
    const before = await state.read();
    if (before !== undefined) {
      print(
        `Going on after ${before.afterKey}, the last of ${before.published} that were published before (--restart: from the beginning)`,
      );
    }
    const display = createProgressDisplay(rate);
    const time = createTime();
    const onProgress = display.show;
    const published = await backfill(deployment, {
      bucket,
      prefix,
      rate,
      state,
      time,
      onProgress,
    }).finally(display.end);
    print(`Events published: ${published}, one for each document of s3://${bucket.name}/${prefix}`);
  } finally {
    await deployment.close();
  }
}

await runCommand(command);
