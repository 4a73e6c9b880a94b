/** A queue's address → the messages in it, each once, left as they were unless they are deleted. */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { DeadLetter, DeadLetterQueue } from "./deployment.ts";

/** What is received is hidden from others for so long, unless it is released before. */
const hiddenSeconds = 900;
/** What one request of SQS takes or gives at the most. */
const maxMessages = 10;

/**
 * @param waitSeconds how long an empty queue is waited for. Without it SQS asks only some of its servers, and
 * a queue may look empty that is not: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html
 */
export function createDeadLetterQueue(
  sqs: SQSClient,
  url: string,
  { meaning, waitSeconds = 2 }: { readonly meaning: string; readonly waitSeconds?: number },
): DeadLetterQueue {
  async function receivePage(): Promise<readonly Message[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: maxMessages,
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
        MessageAttributeNames: ["ErrorMessage"],
      }),
    );
    return Messages;
  }

  async function release(handles: readonly string[]): Promise<void> {
    for (let first = 0; first < handles.length; first += maxMessages) {
      const page = handles.slice(first, first + maxMessages);
      await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: url,
          Entries: page.map((ReceiptHandle, index) => ({
            Id: `${index}`,
            ReceiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      );
    }
  }

  return {
    name: url.slice(url.lastIndexOf("/") + 1),
    meaning,
    async *receive() {
      const handles = new Map<string, string>();
      try {
        for (;;) {
          const messages = await receivePage();
          const seen = new Set(handles.keys());
          for (const { MessageId = "", ReceiptHandle = "" } of messages) {
            handles.set(MessageId, ReceiptHandle);
          }
          // One that comes again has been hidden long enough: all have been seen.
          const fresh = messages.filter(({ MessageId = "" }) => !seen.has(MessageId));
          if (fresh.length === 0) return;
          for (const message of fresh) {
            yield createDeadLetter(message, async (id, ReceiptHandle) => {
              await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
              handles.delete(id);
            });
          }
        }
      } finally {
        await release([...handles.values()]);
      }
    },
  };
}

function createDeadLetter(
  { MessageId = "", ReceiptHandle = "", Body = "", Attributes, MessageAttributes }: Message,
  remove: (id: string, receiptHandle: string) => Promise<void>,
): DeadLetter {
  return {
    id: MessageId,
    body: Body,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
    error: MessageAttributes?.ErrorMessage?.StringValue,
    receives: Number(Attributes?.ApproximateReceiveCount ?? 1) - 1,
    delete: () => remove(MessageId, ReceiptHandle),
  };
}
