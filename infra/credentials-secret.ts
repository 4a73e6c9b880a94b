/** Takes the Supabase credentials and gives the Secrets Manager secret that the functions read at run time. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type StackKey, useKeyStatement } from "./key-use.ts";

/** The shortest that Secrets Manager knows. The credentials are in the stack's file too, so nothing hangs on it. */
const RECOVERY_DAYS = 7;

export interface CredentialsSecretArgs {
  readonly supabaseUrl: pulumi.Input<string>;
  readonly supabaseServiceKey: pulumi.Input<string>;
  /** The customer-managed key that encrypts it; without one the account's own aws/secretsmanager does. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** A secret whose current version holds {"url", "service_key"} as JSON. */
export class CredentialsSecret extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The version: without one there is nothing to read. */
  readonly value: pulumi.Resource;

  constructor(
    name: string,
    args: CredentialsSecretArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("embedding-processor:infra:CredentialsSecret", name, {}, options);
    const secret = new aws.secretsmanager.Secret(
      // Pulumi adds something of its own to the name: a deleted secret keeps its name until the days are over,
      // and the stack could not be made again.
      name,
      {
        description: "Supabase address and service key of the embedding functions",
        recoveryWindowInDays: RECOVERY_DAYS,
        ...(args.kmsKeyArn && { kmsKeyId: args.kmsKeyArn }),
      },
      // The provider does not tell Secrets Manager that a key is gone from here, and it would stay the secret's:
      // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/secretsmanager/secret.go
      { parent: this, replaceOnChanges: ["kmsKeyId"] },
    );
    this.value = new aws.secretsmanager.SecretVersion(
      name,
      {
        secretId: secret.arn,
        // Marked here too, so that it stays encrypted whatever the caller hands in.
        secretString: pulumi.secret(
          pulumi.jsonStringify({ url: args.supabaseUrl, service_key: args.supabaseServiceKey }),
        ),
      },
      { parent: this },
    );
    // Not the version's, which is the same: that one is unknown in the preview of each new key.
    this.arn = secret.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * What reading this secret, and no other, takes. The account's own aws/secretsmanager key lets decrypt whoever may
 * read: https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export function readSecretStatements(
  secretArn: pulumi.Input<string>,
  key?: StackKey,
): aws.iam.PolicyStatement[] {
  const decrypt = (stackKey: StackKey) =>
    useKeyStatement(stackKey, {
      Sid: "DecryptCredentials",
      service: "secretsmanager",
      arns: [secretArn],
      writes: false,
    });
  return [
    {
      Sid: "ReadCredentials",
      Effect: "Allow",
      Action: "secretsmanager:GetSecretValue",
      Resource: secretArn,
    },
    ...(key ? [decrypt(key)] : []),
  ];
}
