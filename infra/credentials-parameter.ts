/** Takes the Supabase credentials and gives the encrypted parameter that the functions read at run time. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentTarget } from "./deployment-target.ts";

export interface CredentialsParameterArgs {
  /** A path such as /proofmark/dev/supabase. */
  readonly parameterName: string;
  readonly supabaseUrl: pulumi.Input<string>;
  readonly supabaseServiceKey: pulumi.Input<string>;
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
        // The key is the account's own aws/ssm.
        type: aws.ssm.ParameterType.SecureString,
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

/**
 * What reading this parameter, and no other, takes. SSM gives KMS the parameter's ARN as encryption
 * context: https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 */
export function readParameterStatements(
  parameterArn: pulumi.Input<string>,
  { accountId, region, partition }: DeploymentTarget,
): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "ReadCredentials",
      Effect: "Allow",
      Action: "ssm:GetParameter",
      Resource: parameterArn,
    },
    {
      Sid: "DecryptCredentials",
      Effect: "Allow",
      Action: "kms:Decrypt",
      // IAM takes no alias as a resource, and the key's id is not known before its first use.
      Resource: `arn:${partition}:kms:${region}:${accountId}:key/*`,
      Condition: {
        "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/aws/ssm" },
        StringEquals: {
          "kms:ViaService": `ssm.${region}.amazonaws.com`,
          "kms:EncryptionContext:PARAMETER_ARN": parameterArn,
        },
      },
    },
  ];
}
