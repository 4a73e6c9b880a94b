/** Takes the built layer zips and gives the ARNs of the layer versions that Lambda unpacks under /opt. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Artefact } from "../layers/artefact.ts";
import type { Architecture } from "../layers/dependencies/contents.ts";
import { LAMBDA_ARCHITECTURES, LAMBDA_RUNTIME } from "./lambda-runtime.ts";
import { PrivateBucket } from "./private-bucket.ts";

export interface LayersArgs {
  readonly architecture: Architecture;
  /** Each layer's name in AWS and its zip. */
  readonly layers: readonly {
    readonly layerName: string;
    readonly zip: Pick<Artefact, "path" | "sha256">;
  }[];
  /** The customer-managed key of the bucket. */
  readonly kmsKeyArn?: pulumi.Input<string> | undefined;
}

/** Layer versions, and the private bucket that hands them over: a direct upload ends at 50 MB. */
export class Layers extends pulumi.ComponentResource {
  readonly arns: pulumi.Output<string>[];
  readonly bucket: PrivateBucket;

  constructor(name: string, args: LayersArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:Layers", name, {}, options);
    this.bucket = new PrivateBucket(
      name,
      { versioned: false, deleteWithObjects: true, kmsKeyArn: args.kmsKeyArn },
      { parent: this },
    );
    this.arns = args.layers.map(({ layerName, zip }) => {
      const object = new aws.s3.BucketObjectv2(
        layerName,
        {
          bucket: this.bucket.bucketName,
          // A key by content: another build is another object, and the layer's version follows it.
          key: `${layerName}-${zip.sha256}.zip`,
          source: new pulumi.asset.FileAsset(zip.path),
          sourceHash: zip.sha256,
        },
        { parent: this },
      );
      const layer = new aws.lambda.LayerVersion(
        layerName,
        {
          layerName,
          s3Bucket: object.bucket,
          s3Key: object.key,
          sourceCodeHash: Buffer.from(zip.sha256, "hex").toString("base64"),
          compatibleRuntimes: [LAMBDA_RUNTIME],
          compatibleArchitectures: [LAMBDA_ARCHITECTURES[args.architecture]],
        },
        { parent: this },
      );
      return layer.arn;
    });
    this.registerOutputs({ arns: this.arns });
  }
}
