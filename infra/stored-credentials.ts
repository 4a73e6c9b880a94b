/** Takes the Supabase credentials and the store of the setting and gives where they are, and what reading them takes. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { CredentialsParameter, readParameterStatements } from "./credentials-parameter.ts";
import { CredentialsSecret, readSecretStatements } from "./credentials-secret.ts";
import type { DeploymentTarget } from "./deployment-target.ts";
import type { CredentialsLocation } from "./function-environment.ts";
import type { StackKey } from "./key-use.ts";

export interface StoredCredentialsArgs {
  readonly credentialsStore: "parameter-store" | "secrets-manager";
  readonly supabaseUrl: pulumi.Input<string>;
  readonly supabaseServiceKey: pulumi.Input<string>;
  /** Of a parameter, the whole. */
  readonly parameterName: string;
  /** Of a secret, the beginning. */
  readonly secretName: string;
  readonly target: DeploymentTarget;
  readonly key?: StackKey | undefined;
}

export interface StoredCredentials {
  readonly location: CredentialsLocation;
  /** For the roles that read them. */
  readonly statements: readonly aws.iam.PolicyStatement[];
  /** What a function that reads them waits for. */
  readonly resources: readonly pulumi.Resource[];
}

/** Makes the one parameter or the one secret. */
export function storeCredentials(args: StoredCredentialsArgs): StoredCredentials {
  const { key } = args;
  const stored = { ...args, kmsKeyArn: key?.arn };
  if (args.credentialsStore === "secrets-manager") {
    const { arn, value } = new CredentialsSecret(args.secretName, stored);
    return {
      location: { secretArn: arn },
      statements: readSecretStatements(arn, key),
      resources: [value],
    };
  }
  const parameter = new CredentialsParameter("supabase-credentials", stored);
  return {
    location: { parameterName: parameter.parameterName },
    statements: readParameterStatements(parameter.arn, args.target, key),
    resources: [parameter],
  };
}
