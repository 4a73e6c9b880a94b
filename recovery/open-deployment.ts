/** The options that the commands share → the deployment that they mean. */
import { resolveModel } from "../local/model.ts";
import { createClients } from "../tools/clients.ts";
import { createFacts } from "../tools/facts.ts";
import { findCloudResources, openCloudDeployment } from "./cloud.ts";
import type { Deployment, DocumentBucket } from "./deployment.ts";
import { openLocalDeployment } from "./local.ts";

/** For `parseArgs`. Without a stack it is the local one, of a model and in a state folder as for `npm start`. */
export const deploymentOptions = {
  stack: { type: "string" },
  model: { type: "string" },
  state: { type: "string" },
} as const;

/** Throws what finding the stack, or starting the local one, throws. */
export async function openDeployment(options: {
  readonly stack?: string;
  readonly model?: string;
  readonly state?: string;
}): Promise<Deployment> {
  const { stack } = options;
  if (stack === undefined) {
    const model = await resolveModel(options, process.stderr);
    return openLocalDeployment({ folder: model.stateFolder, model });
  }
  const clients = createClients();
  const { settings, credentials } = createFacts(stack, clients);
  const buckets = async () => groupFilters((await settings()).buckets);
  return openCloudDeployment(
    await findCloudResources(clients.pulumi, stack, { buckets, credentials }),
  );
}

/** Several entries of the setting may name one bucket, each with keys of its own. */
function groupFilters(
  entries: readonly { readonly name: string; readonly prefix: string; readonly suffix: string }[],
): DocumentBucket[] {
  return [...Map.groupBy(entries, ({ name }) => name)].map(([name, group]) => ({
    name,
    filters: group.map(({ prefix, suffix }) => ({ prefix, suffix })),
  }));
}
