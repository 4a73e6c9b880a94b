/** Takes the buckets setting and gives each bucket's name and ARN, with the buckets made that do not exist yet. */

import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type StackKey, useKeyStatement } from "./key-use.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** The keys of a bucket that are documents; an empty prefix or suffix is any. */
export interface KeyFilter {
  readonly prefix: string;
  readonly suffix: string;
}

/** One bucket with all that the setting says of it. */
export interface DocumentBucket {
  readonly name: string;
  /** Made by this program; otherwise it was there before. */
  readonly created: boolean;
  /** The same name, known once the bucket is there. */
  readonly bucketName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly filters: readonly KeyFilter[];
}

export interface DocumentBucketsArgs {
  /** Several entries may name one bucket, each with keys of its own and the same `create`. */
  readonly buckets: readonly (KeyFilter & { readonly name: string; readonly create: boolean })[];
  readonly partition: string;
  /** The customer-managed key of the buckets that are made. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** The buckets that documents are uploaded to, in the setting's order, each once. */
export class DocumentBuckets extends pulumi.ComponentResource {
  readonly buckets: readonly DocumentBucket[];

  constructor(name: string, args: DocumentBucketsArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:DocumentBuckets", name, {}, options);
    this.buckets = [...Map.groupBy(args.buckets, (bucket) => bucket.name)].map(
      ([bucketName, entries]) => {
        const created = entries.some(({ create }) => create);
        const bucket = created
          ? new PrivateBucket(
              bucketName,
              { bucketName, versioned: true, deleteWithObjects: false, kmsKeyArn: args.kmsKeyArn },
              { parent: this },
            )
          : {
              bucketName: pulumi.output(bucketName),
              arn: pulumi.output(`arn:${args.partition}:s3:::${bucketName}`),
            };
        return {
          name: bucketName,
          created,
          bucketName: bucket.bucketName,
          arn: bucket.arn,
          filters: entries.map(({ prefix, suffix }) => ({ prefix, suffix })),
        };
      },
    );
    this.registerOutputs({ bucketNames: this.buckets.map(({ bucketName }) => bucketName) });
  }
}

/**
 * What reading the documents of these buckets, and no other object, takes.
 * @param key that objects may be encrypted with, in buckets that were there before too
 */
export function documentStatements(
  buckets: readonly DocumentBucket[],
  key?: StackKey,
): aws.iam.PolicyStatement[] {
  const objectArns = buckets.flatMap(({ arn, filters }) =>
    filters.map(({ prefix, suffix }) => pulumi.interpolate`${arn}/${prefix}*${suffix}`),
  );
  const decrypt = (stackKey: StackKey) =>
    useKeyStatement(stackKey, {
      Sid: "DecryptDocuments",
      service: "s3",
      // S3 names the bucket where it has a bucket key, else the object.
      arns: [...buckets.map(({ arn }) => arn), ...objectArns],
      writes: false,
    });
  return [
    {
      Sid: "ReadDocuments",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:GetObjectTagging"],
      Resource: objectArns,
    },
    ...(key ? [decrypt(key)] : []),
    ...buckets.map((bucket, index) => findMissingStatement(bucket, index)),
  ];
}

/**
 * Without ListBucket, S3 answers a GetObject for an object that is gone with 403 instead of 404, and
 * its removal would look like a lost permission. That check carries no s3:prefix, hence IfExists: a
 * listing that names a prefix has to name a document prefix.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
function findMissingStatement(bucket: DocumentBucket, index: number): aws.iam.PolicyStatement {
  const statement: aws.iam.PolicyStatement = {
    Sid: `TellMissingDocuments${index}`,
    Effect: "Allow",
    Action: "s3:ListBucket",
    Resource: bucket.arn,
  };
  const prefixes = bucket.filters.map(({ prefix }) => prefix);
  if (prefixes.includes("")) return statement;
  return {
    ...statement,
    Condition: { StringLikeIfExists: { "s3:prefix": prefixes.map((prefix) => `${prefix}*`) } },
  };
}
