/** Takes a VPC and its route tables and gives the endpoint through which they reach S3 without a NAT gateway. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface S3GatewayEndpointArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly region: string;
  readonly routeTableIds: readonly string[];
}

/**
 * A gateway endpoint for S3, which costs nothing. Its policy is left open: everything else behind these route
 * tables reaches S3 through it too, and what the functions may do there their roles say.
 */
export class S3GatewayEndpoint extends pulumi.ComponentResource {
  constructor(
    name: string,
    args: S3GatewayEndpointArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("embedding-processor:infra:S3GatewayEndpoint", name, {}, options);
    new aws.ec2.VpcEndpoint(
      name,
      {
        vpcId: args.vpcId,
        serviceName: `com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...args.routeTableIds],
        tags: { Name: name },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
