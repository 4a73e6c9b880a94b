/** Takes the topic and the document buckets and gives the function that embeds each object that they tell of. */
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { DeadLetterQueue } from "./dead-letter-queue.ts";
import { EmbeddingFunction, type FunctionBase } from "./embedding-function.ts";
import { type StackKey, useKeyStatement } from "./key-use.ts";
import { deadLetterQueueNames } from "./names.ts";
import { ProvisionedAlias } from "./provisioned-alias.ts";

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
  readonly maximumEventAgeSeconds: number;
  readonly maximumRetryAttempts: number;
  /** Encrypts the queues, and the topic that the function publishes to. */
  readonly key?: StackKey | undefined;
}

/**
 * The function, its subscription, and a queue for each way to fail: SNS counts a message as
 * delivered once Lambda has queued it, so an error in the handler never reaches SNS's own queue.
 */
export class IngestFunction extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;
  /** Of the queue of what the function gave up on. */
  readonly failedQueueUrl: pulumi.Output<string>;
  /** Of the queue of what never reached the function. */
  readonly undeliveredQueueUrl: pulumi.Output<string>;
  readonly vpcId: pulumi.Output<string>;
  /** Events published before this are lost: the buckets' notifications wait for it. */
  readonly subscription: pulumi.Resource;

  constructor(name: string, args: IngestFunctionArgs, options?: pulumi.ComponentResourceOptions) {
    super("embedding-processor:infra:IngestFunction", name, {}, options);
    const { topicArn, statements, provisionedConcurrency, key, ...base } = args;
    const queueNames = deadLetterQueueNames(args.functionName);
    const failed = new DeadLetterQueue(
      `${name}-failed`,
      { queueName: queueNames.failed, kmsKeyArn: key?.arn },
      { parent: this },
    );
    const undelivered = new DeadLetterQueue(
      `${name}-undelivered`,
      { queueName: queueNames.undelivered, topicArn, kmsKeyArn: key?.arn },
      { parent: this },
    );
    const ingest = new EmbeddingFunction(
      name,
      {
        ...base,
        environment: { ...base.environment, TOPIC_ARN: topicArn },
        handler: "index.ingest",
        description: "Embeds uploaded documents into Supabase",
        statements: [
          ...statements,
          keepFailedStatement(failed.arn),
          continueDocumentsStatement(topicArn),
          ...(key ? encryptMessagesStatements(key, { topicArn, queueArn: failed.arn }) : []),
        ],
        publish: provisionedConcurrency > 0,
      },
      { parent: this },
    );
    const { functionName, version } = ingest;
    const alias =
      provisionedConcurrency > 0
        ? new ProvisionedAlias(
            name,
            { functionName, version, provisionedConcurrency },
            { parent: this },
          )
        : undefined;
    // Destination, retries and permission belong to what is invoked: the alias where there is one.
    const qualified = { ...(alias && { qualifier: alias.qualifier }) };
    new aws.lambda.FunctionEventInvokeConfig(
      name,
      {
        functionName,
        ...qualified,
        destinationConfig: { onFailure: { destination: failed.arn } },
        maximumEventAgeInSeconds: args.maximumEventAgeSeconds,
        maximumRetryAttempts: args.maximumRetryAttempts,
      },
      { parent: this, dependsOn: ingest.rolePolicy },
    );
    const permission = new aws.lambda.Permission(
      name,
      {
        function: functionName,
        ...qualified,
        action: "lambda:InvokeFunction",
        principal: "sns.amazonaws.com",
        sourceArn: topicArn,
      },
      { parent: this },
    );
    this.subscription = new aws.sns.TopicSubscription(
      name,
      {
        topic: topicArn,
        protocol: "lambda",
        endpoint: alias?.arn ?? ingest.arn,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: undelivered.arn }),
      },
      { parent: this, dependsOn: [permission, undelivered.policy] },
    );
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

/** Lambda sends what it has given up on with the function's own role. */
export function keepFailedStatement(queueArn: pulumi.Input<string>): aws.iam.PolicyStatement {
  return { Sid: "KeepFailed", Effect: "Allow", Action: "sqs:SendMessage", Resource: queueArn };
}

/** What the two of them take where topic and queue are encrypted with a key of one's own. */
export function encryptMessagesStatements(
  key: StackKey,
  { topicArn, queueArn }: Readonly<Record<"topicArn" | "queueArn", pulumi.Input<string>>>,
): aws.iam.PolicyStatement[] {
  return [
    useKeyStatement(key, {
      Sid: "EncryptFailed",
      service: "sqs",
      arns: [queueArn],
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
