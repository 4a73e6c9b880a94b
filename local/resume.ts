/** A stack whose last run was killed → the function has seen what that run left undone. */
import type { ObjectChange } from "../function/events.ts";
import { createTime } from "../function/time.ts";
import { createLocalDeployment } from "../recovery/local.ts";
import { publishChanges } from "../recovery/publishing.ts";
import { compareBucket, mend } from "../recovery/reconcile.ts";
import type { LocalStack } from "./stack.ts";

/** Mends the table as `npm run reconcile -- --fix` does. What fails is kept for a redrive. */
export async function resume(stack: LocalStack): Promise<void> {
  const deployment = createLocalDeployment(stack);
  try {
    const changes: ObjectChange[] = [];
    for (const bucket of await deployment.buckets()) {
      for await (const difference of compareBucket(deployment, bucket)) {
        const change = mend(difference);
        if (change !== undefined) changes.push(change);
      }
    }
    const rate = Number.POSITIVE_INFINITY;
    await publishChanges(deployment, changes, { rate, time: createTime() });
  } finally {
    await deployment.close();
  }
}
