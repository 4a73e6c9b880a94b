/** Takes a KMS key and what a service keeps under it and gives what a role needs to use the key through that service. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** The key of the stack's resources. */
export interface StackKey {
  readonly arn: pulumi.Input<string>;
  /** Of the services that use it. */
  readonly region: string;
}

/**
 * Where each service tells KMS what it encrypts:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
 * https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
const CONTEXT_KEYS = {
  s3: "aws:s3:arn",
  sns: "aws:sns:topicArn",
  sqs: "aws:sqs:arn",
  ssm: "PARAMETER_ARN",
  secretsmanager: "SecretARN",
} as const;

export interface KeyUse {
  readonly Sid: string;
  readonly service: keyof typeof CONTEXT_KEYS;
  /** Of what is encrypted; * and ? are wildcards. */
  readonly arns: readonly pulumi.Input<string>[];
  /** Whether the role writes there, and not only reads. */
  readonly writes: boolean;
}

/** Allows nothing but this use: not the key for anything else, and no call of KMS by the role itself. */
export function useKeyStatement(key: StackKey, use: KeyUse): aws.iam.PolicyStatement {
  const { Sid, service, arns, writes } = use;
  return {
    Sid,
    Effect: "Allow",
    // Who writes decrypts as well: the service checks the data key that it was given.
    Action: writes ? ["kms:GenerateDataKey", "kms:Decrypt"] : "kms:Decrypt",
    Resource: key.arn,
    Condition: {
      StringEquals: { "kms:ViaService": `${service}.${key.region}.amazonaws.com` },
      StringLike: { [`kms:EncryptionContext:${CONTEXT_KEYS[service]}`]: [...arns] },
    },
  };
}
