/** Takes a function's newest version and gives an alias of it whose environments are kept ready. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ProvisionedAliasArgs {
  readonly functionName: pulumi.Input<string>;
  /** A published one: $LATEST cannot be provisioned. */
  readonly version: pulumi.Input<string>;
  readonly provisionedConcurrency: number;
}

/** Lambda moves the alias to a new version when that one's environments are ready. */
export class ProvisionedAlias extends pulumi.ComponentResource {
  /** The alias's name, which Lambda calls the qualifier of the function. */
  readonly qualifier: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: ProvisionedAliasArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:ProvisionedAlias", name, {}, options);
    const alias = new aws.lambda.Alias(
      name,
      { name: "live", functionName: args.functionName, functionVersion: args.version },
      { parent: this },
    );
    new aws.lambda.ProvisionedConcurrencyConfig(
      name,
      {
        functionName: args.functionName,
        qualifier: alias.name,
        provisionedConcurrentExecutions: args.provisionedConcurrency,
      },
      { parent: this },
    );
    this.qualifier = alias.name;
    this.arn = alias.arn;
    this.registerOutputs({ qualifier: this.qualifier, arn: this.arn });
  }
}
