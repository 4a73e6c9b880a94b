/** A stack's settings and account → the statements that a key for `kmsKey` needs in its policy. */
import type * as aws from "@pulumi/aws";
import { keyPolicyStatements, keyUsers } from "../infra/key-policy.ts";
import type { Facts } from "./facts.ts";
import { awsTarget } from "./stack.ts";

/** The stack sets no region, and neither does the environment. */
export class RegionMissingError extends Error {
  override readonly name = "RegionMissingError";
  constructor(stack: string) {
    super(`Stack ${stack} has no region: pulumi config set aws:region eu-west-1 --stack ${stack}`);
  }
}

/** Works before `kmsKey` is set. Throws RegionMissingError, and what the facts and AWS throw. */
export async function keyStatements(
  facts: Pick<Facts, "stack" | "clients" | "settings" | "configuration">,
): Promise<aws.iam.PolicyStatement[]> {
  const settings = await facts.settings();
  const target = awsTarget(await facts.configuration());
  const region = target.region ?? facts.clients.environmentRegion;
  if (!region) throw new RegionMissingError(facts.stack);
  const accountId = await facts.clients.identifyAccount({ ...target, region });
  const partition = partitionOf(region);
  return keyPolicyStatements(keyUsers(settings, { accountId, region, partition }));
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
