/** Takes the built model's objects and a private bucket and gives where the functions fetch the model from. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ModelObjects } from "../layers/model-objects.ts";
import { type StackKey, useKeyStatement } from "./key-use.ts";

export interface ModelInS3Args {
  /** Of a private, encrypted bucket that takes requests over TLS only. */
  readonly bucket: {
    readonly bucketName: pulumi.Input<string>;
    readonly arn: pulumi.Input<string>;
  };
  readonly model: ModelObjects;
  /** The customer-managed key of the bucket. */
  readonly key?: StackKey | undefined;
}

/** In the bucket of the layers' zips, the part that the functions may read. */
const PREFIX = "models";

/** The model's objects under a prefix by content: another model is other objects, and these go last. */
export class ModelInS3 extends pulumi.ComponentResource {
  /** The beginning of the objects' keys, known once they are there. */
  readonly uri: pulumi.Output<string>;
  /** Of manifest.json, which has the others' digests. */
  readonly sha256: string;
  /** The /tmp that a function needs for it. */
  readonly storageMegabytes: number;
  readonly statements: readonly aws.iam.PolicyStatement[];

  constructor(name: string, args: ModelInS3Args, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:ModelInS3", name, {}, options);
    const { bucket, model, key } = args;
    const prefix = `${PREFIX}/${model.sha256}`;
    const objects = model.objects.map(
      ({ path, sourcePath, sha256 }) =>
        new aws.s3.BucketObjectv2(
          `${name}/${path}`,
          {
            bucket: bucket.bucketName,
            key: `${prefix}/${path}`,
            source: new pulumi.asset.FileAsset(sourcePath),
            sourceHash: sha256,
          },
          { parent: this },
        ),
    );
    const uploaded = pulumi.all(objects.map((object) => object.bucket));
    this.uri = pulumi
      .all([bucket.bucketName, uploaded])
      .apply(([bucketName]) => `s3://${bucketName}/${prefix}`);
    this.sha256 = model.sha256;
    this.storageMegabytes = modelStorageMegabytes(
      model.objects.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    this.statements = modelStatements(bucket.arn, key);
    this.registerOutputs({ uri: this.uri, sha256: this.sha256 });
  }
}

/** Every model's, and not this one's alone: while an update goes on, environments of the old one are started. */
export function modelStatements(
  bucketArn: pulumi.Input<string>,
  key?: StackKey,
): aws.iam.PolicyStatement[] {
  const objectArn = pulumi.interpolate`${bucketArn}/${PREFIX}/*`;
  const read = {
    Sid: "ReadModel",
    Effect: "Allow",
    Action: "s3:GetObject",
    Resource: objectArn,
  } as const;
  if (key === undefined) return [read];
  const arns = [bucketArn, objectArn];
  return [read, useKeyStatement(key, { Sid: "DecryptModel", service: "s3", arns, writes: false })];
}

/** Beside the model: what a file system takes for itself, and room for others that write to /tmp. */
const ROOM_MEGABYTES = 128;
/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html */
const MIN_MEGABYTES = 512;
const MAX_MEGABYTES = 10_240;

/**
 * The /tmp that a function needs to fetch so many bytes, in whole megabytes of a million bytes.
 * @throws {pulumi.RunError} where Lambda has no /tmp of that size
 */
export function modelStorageMegabytes(modelBytes: number): number {
  const needed = Math.ceil(modelBytes / 1e6) + ROOM_MEGABYTES;
  if (needed > MAX_MEGABYTES) {
    throw new pulumi.RunError(
      `The model needs ${needed} MB of /tmp, and Lambda gives at most ${MAX_MEGABYTES}. Choose a smaller model.`,
    );
  }
  return Math.max(MIN_MEGABYTES, needed);
}
