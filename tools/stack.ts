/** A stack's name → what Pulumi keeps of it: its configuration and its outputs. */
import * as v from "valibot";
import type { Pulumi } from "./pulumi.ts";

/** The project in Pulumi.yaml, before the colon of each of its settings. */
export const project = "embedding-processor";

/** The last part of `organization/project/stack`: what the program itself is told. */
export function shortName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}

const configurationSchema = v.record(
  v.string(),
  v.object({ value: v.optional(v.string(), ""), secret: v.boolean() }),
);

export interface StackConfiguration {
  /** By keys such as `embedding-processor:model`, with the defaults of Pulumi.yaml. */
  readonly values: Readonly<Record<string, string>>;
  /** The keys of those that are encrypted at rest. */
  readonly secrets: ReadonlySet<string>;
}

/**
 * Reads the configuration; a secret is empty unless it is asked for.
 * Throws what {@link Pulumi} throws, as where the stack is not there.
 */
export async function readConfiguration(
  pulumi: Pulumi,
  stack: string,
  { showSecrets }: { readonly showSecrets: boolean },
): Promise<StackConfiguration> {
  const options = showSecrets ? ["--show-secrets"] : [];
  const json = await pulumi(["config", "--json", ...options, "--stack", stack]);
  const entries = Object.entries(v.parse(configurationSchema, JSON.parse(json)));
  return {
    values: Object.fromEntries(entries.map(([key, { value }]) => [key, value])),
    secrets: new Set(entries.filter(([, { secret }]) => secret).map(([key]) => key)),
  };
}

/** Where a stack is deployed; what is not set is for the AWS SDK to find in the environment. */
export interface AwsTarget {
  readonly region?: string;
  readonly profile?: string;
}

export function awsTarget({ values }: StackConfiguration): AwsTarget {
  const { "aws:region": region, "aws:profile": profile } = values;
  return { ...(region ? { region } : {}), ...(profile ? { profile } : {}) };
}

const outputsSchema = v.object({
  searchFunctionName: v.nullish(v.string()),
  topicArn: v.optional(v.string()),
  failedQueueUrl: v.optional(v.string()),
  undeliveredQueueUrl: v.optional(v.string()),
});

/** What `pulumi up` gave; nothing before the first one. */
export async function readOutputs(
  pulumi: Pulumi,
  stack: string,
): Promise<v.InferOutput<typeof outputsSchema>> {
  return v.parse(
    outputsSchema,
    JSON.parse(await pulumi(["stack", "output", "--json", "--stack", stack])),
  );
}
