/** Asks the AWS provider where the program deploys to, so that policies can name this account and region. */
import * as aws from "@pulumi/aws";

export interface DeploymentTarget {
  readonly accountId: string;
  readonly region: string;
  /** aws, aws-cn or aws-us-gov: the second part of every ARN. */
  readonly partition: string;
}

/** Throws what the provider says where there is no region or no credential. */
export async function readDeploymentTarget(): Promise<DeploymentTarget> {
  const [{ accountId }, { region }, { partition }] = await Promise.all([
    aws.getCallerIdentity({}),
    aws.getRegion({}),
    aws.getPartition({}),
  ]);
  return { accountId, region, partition };
}
