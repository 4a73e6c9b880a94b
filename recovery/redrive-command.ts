/**
 * `npm run redrive -- [--stack NAME] [--all | --key KEY … | --prefix PREFIX]`: what lies in the dead-letter
 * queues; with a selection, that is sent again.
 */
import { parseArgs } from "node:util";
import { type ObjectName, objectUrl } from "../function/errors.ts";
import { print, runCommand, UsageError } from "./command.ts";
import type { DeadLetterQueue } from "./deployment.ts";
import { deploymentOptions, openDeployment } from "./open-deployment.ts";
import { describeSeconds } from "./progress-display.ts";
import { type Redriven, redrive } from "./redrive.ts";

async function command(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...deploymentOptions,
      all: { type: "boolean", default: false },
      key: { type: "string", multiple: true },
      prefix: { type: "string" },
    },
  });
  const isSelected = createSelection(values);
  const deployment = await openDeployment(values);
  const counts = { kept: 0, sent: 0, unreadable: 0 };
  try {
    let heading: DeadLetterQueue | undefined;
    for await (const redriven of redrive(deployment, isSelected, () => new Date())) {
      const { queue, status } = redriven;
      if (queue !== heading) print(`${queue.name}: ${queue.meaning}`);
      heading = queue;
      counts[status] += 1;
      for (const line of describeRedriven(redriven)) print(line);
    }
  } finally {
    await deployment.close();
  }
  const { kept, sent, unreadable } = counts;
  if (kept + sent + unreadable === 0) {
    print("Nothing failed: the dead-letter queues are empty.");
    return;
  }
  print();
  print(`${sent} sent again, ${kept} kept, ${unreadable} unreadable (kept too)`);
  if (kept > 0 && sent === 0) {
    const option = deployment.option === "" ? "" : `${deployment.option} `;
    print(`Send again: npm run redrive -- ${option}--all, or --key KEY, or --prefix PREFIX`);
  }
}

/** @throws {UsageError} where there are two selections */
function createSelection({
  all,
  key,
  prefix,
}: {
  readonly all: boolean;
  readonly key?: readonly string[];
  readonly prefix?: string;
}): (objects: readonly ObjectName[]) => boolean {
  if ([all || undefined, key, prefix].filter((given) => given !== undefined).length > 1) {
    throw new UsageError("Choose one of --all, --key KEY and --prefix PREFIX.");
  }
  if (all) return () => true;
  return (objects) =>
    objects.some(
      (object) =>
        key?.includes(object.key) === true ||
        (prefix !== undefined && object.key.startsWith(prefix)),
    );
}

function describeRedriven(redriven: Redriven): string[] {
  const age = describeSeconds(Math.max(0, Math.floor((Date.now() - +redriven.sentAt) / 1_000)));
  if (redriven.status === "unreadable") {
    return [`  ? message ${redriven.id}`, `      ${age} ago, unreadable: ${redriven.problem}`];
  }
  const { status, event } = redriven;
  const names = event.objects.map(objectUrl).join(", ") || "no object";
  const tries = event.tries === 1 ? "1 try" : `${event.tries} tries`;
  const reason = event.reason.replaceAll(/\s+/g, " ");
  return [
    `  ${status === "sent" ? "✓ sent again " : ""}${names}`,
    `      ${age} ago, ${tries}: ${reason}`,
  ];
}

await runCommand(command);
