/** Takes a bucket's name and gives a bucket that only this account reaches, encrypted and over TLS. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface PrivateBucketArgs {
  /** Without it Pulumi makes one from the resource's name. */
  readonly bucketName?: string;
  /** Keep what is overwritten or deleted as an older version of the object. */
  readonly versioned: boolean;
  /** Delete the bucket with the objects in it; without it a bucket that is not empty stays. */
  readonly deleteWithObjects: boolean;
  /** The customer-managed key of its objects; without one S3's own encrypts them. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** A bucket with public access blocked, encryption, no ACLs and a policy that refuses plain HTTP. */
export class PrivateBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: PrivateBucketArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:PrivateBucket", name, {}, options);
    const child = { parent: this };
    const bucket = new aws.s3.Bucket(
      name,
      {
        ...(args.bucketName === undefined ? {} : { bucket: args.bucketName }),
        forceDestroy: args.deleteWithObjects,
      },
      child,
    );
    const publicAccess = new aws.s3.BucketPublicAccessBlock(
      name,
      {
        bucket: bucket.bucket,
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      child,
    );
    new aws.s3.BucketOwnershipControls(
      name,
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      child,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      name,
      {
        bucket: bucket.bucket,
        rules: [encryptionRule(args.kmsKeyArn)],
      },
      child,
    );
    if (args.versioned) {
      new aws.s3.BucketVersioning(
        name,
        { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
        child,
      );
    }
    new aws.s3.BucketPolicy(
      name,
      {
        bucket: bucket.bucket,
        policy: pulumi.jsonStringify(tlsOnlyBucketPolicy(bucket.arn)),
      },
      // S3 refuses two changes of a bucket's access at once.
      { ...child, dependsOn: publicAccess },
    );
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, arn: this.arn });
  }
}

/**
 * With a bucket key S3 asks KMS once for many objects:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 */
function encryptionRule(
  kmsKeyArn: pulumi.Input<string> | undefined,
): aws.types.input.s3.BucketServerSideEncryptionConfigurationRule {
  if (kmsKeyArn === undefined) {
    return { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
  }
  return {
    applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
    bucketKeyEnabled: true,
  };
}

/** Refuses every request that does not come over TLS. */
export function tlsOnlyBucketPolicy(bucketArn: pulumi.Input<string>): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "DenyPlainHttp",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  };
}
