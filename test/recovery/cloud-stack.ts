/** A deployment behind the real APIs of S3, SNS, SQS and Supabase in this process, with the function behind its topic. */
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { ingestEvent } from "../../function/ingest.ts";
import { readManifest } from "../../function/model/manifest.ts";
import { type LocalStack, startLocalStack } from "../../local/stack.ts";
import { type CloudResources, openCloudDeployment } from "../../recovery/cloud.ts";
import type { Deployment, DocumentBucket } from "../../recovery/deployment.ts";
import { createRecorder, type Recorder } from "../fixtures/recorder.ts";
import { embeddedModelFolder } from "../models/folders.ts";

export interface CloudStack {
  /** What the function sees: the bucket, the table and the model. */
  readonly local: LocalStack;
  readonly recorder: Recorder;
  readonly resources: CloudResources;
  readonly variables: Readonly<Record<string, string>>;
  open(buckets?: readonly DocumentBucket[]): Deployment;
  /** Hands the function what waits for it, and gives the messages of the topic. What fails is thrown. */
  deliver(environment?: LocalStack["environment"]): Promise<string[]>;
  send(
    queue: "failed" | "undelivered",
    body: string,
    attributes?: Record<string, MessageAttributeValue>,
  ): Promise<void>;
  /** The bodies of what can be received from a queue now. */
  bodies(queue: "failed" | "undelivered"): Promise<string[]>;
  close(): Promise<void>;
}

export async function startCloudStack(): Promise<CloudStack> {
  const folder = embeddedModelFolder();
  const recorder = createRecorder();
  const model = { folder, manifest: await readManifest(folder) };
  const local = await startLocalStack({ model, telemetry: recorder });
  const { url } = local.bucket;
  // The stack has set what else the SDK needs.
  Object.assign(process.env, { AWS_ENDPOINT_URL_SNS: url, AWS_ENDPOINT_URL_SQS: url });
  const sns = new SNSClient();
  const sqs = new SQSClient();

  const arnOf = (name: string) => `arn:aws:sqs:us-east-1:000000000000:${name}`;
  const urlOf = (name: string) => `${url}/000000000000/${name}`;
  for (const QueueName of ["deliveries", "failed", "undelivered"]) {
    await sqs.send(new CreateQueueCommand({ QueueName }));
  }
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "uploads" }));
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: arnOf("deliveries") }),
  );

  const resources: CloudResources = {
    stack: "dev",
    target: { region: "us-east-1" },
    topicArn: TopicArn,
    failedQueueUrl: urlOf("failed"),
    undeliveredQueueUrl: urlOf("undelivered"),
    buckets: async () => [{ name: local.bucket.name, filters: [{ prefix: "", suffix: "" }] }],
    credentials: async () => local.credentials,
    waitSeconds: 0,
  };

  async function receiveAll(name: string, isDeleted: boolean): Promise<string[]> {
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: urlOf(name),
          MaxNumberOfMessages: 10,
          VisibilityTimeout: isDeleted ? 30 : 0,
        }),
      );
      for (const { Body = "", ReceiptHandle } of Messages) {
        bodies.push(Body);
        if (isDeleted) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl: urlOf(name), ReceiptHandle }));
        }
      }
      if (Messages.length === 0 || !isDeleted) return bodies;
    }
  }

  return {
    local,
    recorder,
    resources,
    variables: {
      AWS_ENDPOINT_URL_S3: url,
      AWS_ENDPOINT_URL_SNS: url,
      AWS_ENDPOINT_URL_SQS: url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    },
    open: (buckets) =>
      openCloudDeployment({
        ...resources,
        ...(buckets === undefined ? {} : { buckets: async () => buckets }),
      }),
    async deliver(environment = local.environment) {
      const messages: string[] = [];
      for (const body of await receiveAll("deliveries", true)) {
        const Sns = JSON.parse(body);
        messages.push(Sns.Message);
        await ingestEvent(environment, { Records: [{ Sns }] });
      }
      return messages;
    },
    async send(queue, body, attributes = {}) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: urlOf(queue),
          MessageBody: body,
          MessageAttributes: attributes,
        }),
      );
    },
    bodies: (queue) => receiveAll(queue, false),
    async close() {
      sns.destroy();
      sqs.destroy();
      await local.close();
      delete process.env.AWS_ENDPOINT_URL_SNS;
      delete process.env.AWS_ENDPOINT_URL_SQS;
    },
  };
}
