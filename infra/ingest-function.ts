/** Takes the topic and the document buckets and gives the function that embeds each object that they tell of. */
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { deliverDirectly, keepFailedStatement } from "./deliver-directly.ts";
import { deliverThroughQueue, receiveUploadsStatement } from "./deliver-through-queue.ts";
import { EmbeddingFunction, type FunctionBase } from "./embedding-function.ts";
import { type StackKey, useKeyStatement } from "./key-use.ts";
import { queueNames } from "./names.ts";
import { ProvisionedAlias } from "./provisioned-alias.ts";
import { UploadQueue } from "./upload-queue.ts";

export interface IngestFunctionArgs extends FunctionBase {
  readonly functionName: string;
  readonly timeoutSeconds: number;
  /** Reading the documents and the credentials. */
  readonly statements: readonly aws.iam.PolicyStatement[];
  readonly topicArn: pulumi.Input<string>;
  /** Most runs at a time; -1 is as many as the account allows. */
  readonly reservedConcurrency: number;
  /** Environments that are kept ready; with 0 there is no alias. */
  readonly provisionedConcurrency: number;
  /** How events reach the function: from the topic, or from a queue between the two. */
  readonly delivery: "direct" | "queue";
  /** Most runs at a time of what waits in the queue. */
  readonly maximumConcurrency: number;
  /** Of a direct delivery; what waits in the queue waits for 14 days. */
  readonly maximumEventAgeSeconds: number;
  readonly maximumRetryAttempts: number;
  /** Encrypts the queues, and the topic that the function publishes to. */
  readonly key?: StackKey | undefined;
}

/**
 * The function, what delivers events to it, and a queue for each way to fail: SNS counts a message as delivered
 * once Lambda or SQS has it, so an error in the handler never reaches SNS's own queue.
 */
export class IngestFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  /** Of the queue of what the function gave up on. */
  readonly failedQueueUrl: pulumi.Output<string>;
  /** Of the queue of what never reached the function. */
  readonly undeliveredQueueUrl: pulumi.Output<string>;
  readonly vpcId: pulumi.Output<string>;
  /** Events published before these are lost: the buckets' notifications wait for them. */
  readonly delivery: readonly pulumi.Resource[];

  constructor(name: string, args: IngestFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:IngestFunction", name, {}, options);
    const { topicArn, statements, provisionedConcurrency, delivery, key, ...base } = args;
    const names = queueNames(args.functionName);
    const failed = new DeadLetterQueue(
      `${name}-failed`,
      { queueName: names.failed, kmsKeyArn: key?.arn },
      { parent: this },
    );
    const undelivered = new DeadLetterQueue(
      `${name}-undelivered`,
      { queueName: names.undelivered, topicArn, kmsKeyArn: key?.arn },
      { parent: this },
    );
    const uploads =
      delivery === "queue"
        ? new UploadQueue(
            `${name}-uploads`,
            {
              queueName: names.uploads,
              topicArn,
              failedQueueArn: failed.arn,
              maximumReceives: args.maximumRetryAttempts + 1,
              timeoutSeconds: args.timeoutSeconds,
              kmsKeyArn: key?.arn,
            },
            { parent: this },
          )
        : undefined;
    const ingest = new EmbeddingFunction(
      name,
      {
        ...base,
        environment: { ...base.environment, TOPIC_ARN: topicArn },
        handler: "index.ingest",
        description: "Embeds uploaded documents into Supabase",
        statements: [
          ...statements,
          uploads ? receiveUploadsStatement(uploads.arn) : keepFailedStatement(failed.arn),
          continueDocumentsStatement(topicArn),
          ...(key ? messageKeyStatements(key, { topicArn, failed, uploads }) : []),
        ],
        publish: provisionedConcurrency > 0,
      },
      { parent: this },
    );
    const { functionName, version, rolePolicy } = ingest;
    const alias =
      provisionedConcurrency > 0
        ? new ProvisionedAlias(
            name,
            { functionName, version, provisionedConcurrency },
            { parent: this },
          )
        : undefined;
    // Events, permission and retries belong to what is invoked: the alias where there is one.
    const { qualifier, arn } = alias ?? { qualifier: undefined, arn: ingest.arn };
    const invoked = { functionName, qualifier, arn, rolePolicy };
    this.delivery = uploads
      ? deliverThroughQueue(
          name,
          { topicArn, invoked, uploads, undelivered, maximumConcurrency: args.maximumConcurrency },
          this,
        )
      : [
          deliverDirectly(
            name,
            { ...args, invoked, undelivered, failedQueueArn: failed.arn },
            this,
          ),
        ];
    this.functionName = functionName;
    this.logGroupName = ingest.logGroupName;
    this.failedQueueUrl = failed.url;
    this.undeliveredQueueUrl = undelivered.url;
    this.vpcId = ingest.vpcId;
    this.registerOutputs({
      functionName: this.functionName,
      logGroupName: this.logGroupName,
      failedQueueUrl: this.failedQueueUrl,
      undeliveredQueueUrl: this.undeliveredQueueUrl,
    });
  }
}

/** A document that is not finished in one run has its event published once more. */
export function continueDocumentsStatement(
  topicArn: pulumi.Input<string>,
): aws.iam.PolicyStatement {
  return {
    Sid: "ContinueDocuments",
    Effect: "Allow",
    Action: "sns:Publish",
    Resource: topicArn,
  };
}

/** What the messages of these queues and this topic take where they are encrypted with a key of one's own. */
export function messageKeyStatements(
  key: StackKey,
  messages: {
    readonly topicArn: pulumi.Input<string>;
    readonly failed: { readonly arn: pulumi.Input<string> };
    readonly uploads?: { readonly arn: pulumi.Input<string> } | undefined;
  },
): aws.iam.PolicyStatement[] {
  const { topicArn, failed, uploads } = messages;
  return [
    uploads
      ? useKeyStatement(key, {
          Sid: "DecryptUploads",
          service: "sqs",
          arns: [uploads.arn],
          writes: false,
        })
      : useKeyStatement(key, {
          Sid: "EncryptFailed",
          service: "sqs",
          arns: [failed.arn],
          writes: true,
        }),
    useKeyStatement(key, {
      Sid: "EncryptContinued",
      service: "sns",
      arns: [topicArn],
      writes: true,
    }),
  ];
}
