/** Takes the Supabase credentials and gives the encrypted parameter that the functions read at run time. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "./deployment-target.ts";
import { type StackKey, useKeyStatement } from "./key-use.ts";

const AWS_MANAGED_KEY = "alias/aws/ssm";

export interface CredentialsParameterArgs {
  /** A path such as /proofmark/dev/supabase. */
  readonly parameterName: string;
  readonly supabaseUrl: pulumi.Input<string>;
  readonly supabaseServiceKey: pulumi.Input<string>;
  /** The customer-managed key that encrypts it; without one the account's own aws/ssm does. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** A SecureString parameter that holds {"url", "service_key"} as JSON. */
export class CredentialsParameter extends pulumi.ComponentResource {
  readonly parameterName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(
    name: string,
    args: CredentialsParameterArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("embedding-processor:infra:CredentialsParameter", name, {}, options);
    const parameter = new aws.ssm.Parameter(
      name,
      {
        name: args.parameterName,
        description: "Supabase address and service key of the embedding functions",
        type: aws.ssm.ParameterType.SecureString,
        // Said for AWS's own key as well: left out, SSM would keep the key that was.
        keyId: args.kmsKeyArn ?? AWS_MANAGED_KEY,
        // Marked here too, so that it stays encrypted whatever the caller hands in.
        value: pulumi.secret(
          pulumi.jsonStringify({ url: args.supabaseUrl, service_key: args.supabaseServiceKey }),
        ),
      },
      { parent: this },
    );
    this.parameterName = parameter.name;
    this.arn = parameter.arn;
    this.registerOutputs({ parameterName: this.parameterName, arn: this.arn });
  }
}

/** What reading this parameter, and no other, takes. */
export function readParameterStatements(
  parameterArn: pulumi.Input<string>,
  { accountId, region, partition }: DeploymentTarget,
  key?: StackKey,
): aws.iam.PolicyStatement[] {
  // IAM takes no alias as a resource, and the id of the account's own key is not known before its first use.
  const anyKey = { arn: `arn:${partition}:kms:${region}:${accountId}:key/*`, region };
  const decrypt = useKeyStatement(key ?? anyKey, {
    Sid: "DecryptCredentials",
    service: "ssm",
    arns: [parameterArn],
    writes: false,
  });
  const ofManagedKey = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": AWS_MANAGED_KEY } };
  return [
    {
      Sid: "ReadCredentials",
      Effect: "Allow",
      Action: "ssm:GetParameter",
      Resource: parameterArn,
    },
    key ? decrypt : { ...decrypt, Condition: { ...decrypt.Condition, ...ofManagedKey } },
  ];
}
