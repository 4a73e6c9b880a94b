/** Takes a handler, its settings and what it may do, and gives a Lambda function with its own role and log group. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Architecture } from "../layers/dependencies/contents.ts";
import { type FunctionNetwork, networkStatements } from "./function-network.ts";
import { LAMBDA_ARCHITECTURES, LAMBDA_RUNTIME } from "./lambda-runtime.ts";

/** What the ingest and the search function have in common: one bundle, one model, one processor. */
export interface FunctionBase {
  readonly codePath: string;
  readonly layerArns: readonly pulumi.Input<string>[];
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly architecture: Architecture;
  readonly memoryMegabytes: number;
  readonly logRetentionDays: number;
  /** The size of /tmp. */
  readonly ephemeralStorageMegabytes: number;
  /** Traces to X-Ray. */
  readonly tracing: boolean;
  /** What has to be there before the function runs, besides what the other arguments name. */
  readonly after?: readonly pulumi.Resource[];
  /** Without one the function runs in Lambda's own network. */
  readonly network?: FunctionNetwork | undefined;
}

export interface EmbeddingFunctionArgs extends FunctionBase {
  readonly functionName: string;
  readonly description: string;
  readonly handler: "index.ingest" | "index.search";
  readonly timeoutSeconds: number;
  /** Most runs at a time; without it, and with -1, as many as the account allows. */
  readonly reservedConcurrency?: number;
  /** Makes an immutable version of each deployment, for an alias to point at. */
  readonly publish?: boolean;
  /** What the function may do besides writing its own log and what the other arguments need. */
  readonly statements: readonly aws.iam.PolicyStatement[];
}

/** A Lambda function that may do what its statements say and write to its one log group. */
export class EmbeddingFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  /** The newest version; $LATEST where none is published. */
  readonly version: pulumi.Output<string>;
  /** The VPC of the network's subnets. */
  readonly vpcId: pulumi.Output<string>;
  /** Lambda checks the role's permissions when it is told of a destination: that waits for this. */
  readonly rolePolicy: pulumi.Resource;

  constructor(
    name: string,
    args: EmbeddingFunctionArgs,
    options?: pulumi.ComponentResourceOptions,
  ) {
    super("embedding-processor:infra:EmbeddingFunction", name, {}, options);
    // Made here and first: Lambda would make it at the first run, to be kept for ever.
    const logGroup = new aws.cloudwatch.LogGroup(
      name,
      { name: `/aws/lambda/${args.functionName}`, retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const role = new aws.iam.Role(
      name,
      { assumeRolePolicy: pulumi.jsonStringify(lambdaTrustPolicy()) },
      { parent: this },
    );
    this.rolePolicy = new aws.iam.RolePolicy(
      name,
      {
        role: role.name,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            ...args.statements,
            writeLogStatement(logGroup.arn),
            ...(args.tracing ? [sendTracesStatement()] : []),
            ...(args.network ? networkStatements(args.functionName, args.network) : []),
          ],
        } satisfies aws.iam.PolicyDocument),
      },
      { parent: this },
    );
    const lambda = new aws.lambda.Function(
      name,
      {
        name: args.functionName,
        description: args.description,
        role: role.arn,
        runtime: LAMBDA_RUNTIME,
        architectures: [LAMBDA_ARCHITECTURES[args.architecture]],
        handler: args.handler,
        code: new pulumi.asset.FileArchive(args.codePath),
        layers: [...args.layerArns],
        memorySize: args.memoryMegabytes,
        timeout: args.timeoutSeconds,
        environment: {
          variables: { ...args.environment, POWERTOOLS_SERVICE_NAME: args.functionName },
        },
        reservedConcurrentExecutions: args.reservedConcurrency ?? -1,
        publish: args.publish ?? false,
        // These two are said where they are off as well: left out, Lambda would keep what was.
        tracingConfig: { mode: args.tracing ? "Active" : "PassThrough" },
        ephemeralStorage: { size: args.ephemeralStorageMegabytes },
        ...(args.network && {
          vpcConfig: {
            subnetIds: [...args.network.subnetIds],
            securityGroupIds: [...args.network.securityGroupIds],
          },
        }),
      },
      { parent: this, dependsOn: [logGroup, this.rolePolicy, ...(args.after ?? [])] },
    );
    this.functionName = lambda.name;
    this.arn = lambda.arn;
    this.logGroupName = logGroup.name;
    this.version = lambda.version;
    this.vpcId = lambda.vpcConfig.apply((vpc) => vpc?.vpcId ?? "");
    this.registerOutputs({
      functionName: this.functionName,
      arn: this.arn,
      logGroupName: this.logGroupName,
    });
  }
}

/** Only the Lambda service takes the role. */
export function lambdaTrustPolicy(): aws.iam.PolicyDocument {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
  };
}

/** The group itself is made by the program, so the function needs no CreateLogGroup. */
export function writeLogStatement(logGroupArn: pulumi.Input<string>): aws.iam.PolicyStatement {
  return {
    Sid: "WriteLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: pulumi.interpolate`${logGroupArn}:*`,
  };
}

/** X-Ray has no resources to name: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html */
export function sendTracesStatement(): aws.iam.PolicyStatement {
  return {
    Sid: "SendTraces",
    Effect: "Allow",
    Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    Resource: "*",
  };
}
