/** Takes subnets and security groups and gives what a function's role needs for Lambda to connect it to them. */
import type * as aws from "@pulumi/aws";
import type { DeploymentTarget } from "./deployment-target.ts";

export interface FunctionNetwork {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  readonly target: DeploymentTarget;
}

/**
 * Lambda makes and deletes the network interfaces with the function's role: what it may do is bound to these
 * subnets and security groups as far as EC2 knows how to. The function's own code may do none of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
export function networkStatements(
  functionName: string,
  { subnetIds, securityGroupIds, target }: FunctionNetwork,
): aws.iam.PolicyStatement[] {
  const arn = (service: string, resource: string) =>
    `arn:${target.partition}:${service}:${target.region}:${target.accountId}:${resource}`;
  const subnets = subnetIds.map((id) => arn("ec2", `subnet/${id}`));
  return [
    {
      Sid: "CreateInterfacesInSubnets",
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      // EC2 wants all three allowed: of the interface, which has no id yet, and of what it is put in.
      Resource: [
        arn("ec2", "network-interface/*"),
        ...subnets,
        ...securityGroupIds.map((id) => arn("ec2", `security-group/${id}`)),
      ],
    },
    {
      Sid: "ChangeInterfacesInSubnets",
      Effect: "Allow",
      Action: ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
      Resource: arn("ec2", "network-interface/*"),
      Condition: { ArnEquals: { "ec2:Subnet": subnets } },
    },
    {
      Sid: "DeleteInterfaces",
      Effect: "Allow",
      Action: "ec2:DeleteNetworkInterface",
      // Lambda asks for all resources of the account here, and refuses the function otherwise.
      Resource: arn("ec2", "*"),
    },
    {
      Sid: "SeeNetwork",
      Effect: "Allow",
      Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
      // EC2 has no resources for what only looks:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
      Resource: "*",
    },
    {
      Sid: "DenyFunctionItself",
      Effect: "Deny",
      Action: [
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
      ],
      // A denial is the safer the more it covers.
      Resource: "*",
      // Set only where the function's code asks, not where Lambda does with the function's role.
      // https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": arn("lambda", `function:${functionName}`) },
      },
    },
  ];
}
