/** Takes the kmsKey setting and gives the key that the stack's resources are encrypted with: made here, or there before. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountStatement, type KeyUsers, keyPolicyStatements } from "./key-policy.ts";
import type { StackKey } from "./key-use.ts";

export interface EncryptionKeyArgs {
  /** Without the `alias/` that KMS wants before it. */
  readonly aliasName: string;
  readonly users: KeyUsers;
}

/** A KMS key that AWS rotates every year, and its alias. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: EncryptionKeyArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:EncryptionKey", name, {}, options);
    const { users } = args;
    const key = new aws.kms.Key(
      name,
      {
        description: "Documents, events and credentials of the embedding functions",
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [accountStatement(users.target), ...keyPolicyStatements(users)],
        } satisfies aws.iam.PolicyDocument),
      },
      // Documents stay under the key that they were uploaded under, and a bucket that holds some stays too: deleting
      // the key would delete them.
      { parent: this, retainOnDelete: true },
    );
    new aws.kms.Alias(
      name,
      { name: `alias/${args.aliasName}`, targetKeyId: key.keyId },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * The key of the setting; undefined leaves everything to AWS's own keys. The policy of a key that was there before
 * is not touched: it has to have what {@link keyPolicyStatements} gives.
 * @param kmsKey `create`, or the ARN of a key
 */
export function provideKey(
  name: string,
  kmsKey: string | undefined,
  users: KeyUsers,
): StackKey | undefined {
  if (kmsKey === undefined) return undefined;
  const { region } = users.target;
  if (kmsKey !== "create") return { arn: kmsKey, region };
  return { arn: new EncryptionKey(name, { aliasName: name, users }).arn, region };
}
