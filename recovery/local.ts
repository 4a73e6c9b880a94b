/** The local stack → the deployment that it is, where a published event is handled at once. */
import { S3Client } from "@aws-sdk/client-s3";
import type { Telemetry } from "../function/telemetry.ts";
import { type LocalStack, startLocalStack } from "../local/stack.ts";
import { listObjects } from "./bucket-listing.ts";
import type { Deployment } from "./deployment.ts";
import { readRecordedObjects } from "./recorded-objects.ts";

/** The commands have a display of their own. */
const silence: Telemetry = {
  begun() {},
  progressed() {},
  finished() {},
  failed() {},
  messageFailed() {},
  ignored() {},
  flush() {},
};

/** @throws {FolderInUseError} when another process works on the folder */
export async function openLocalDeployment(
  options: Omit<Parameters<typeof startLocalStack>[0], "telemetry">,
): Promise<Deployment> {
  const stack = await startLocalStack({ ...options, telemetry: silence });
  const deployment = createLocalDeployment(stack);
  return {
    ...deployment,
    async close() {
      await deployment.close();
      await stack.close();
    },
  };
}

/** The deployment that a stack of this process is. It does not close the stack. */
export function createLocalDeployment(stack: LocalStack): Deployment {
  const s3 = new S3Client();
  const everything = [{ prefix: "", suffix: "" }];
  return {
    name: "The local stack",
    option: "",
    deadLetterQueues: [createQueue(stack)],
    buckets: async () => [{ name: stack.bucket.name, filters: everything }],
    async *listObjects(bucket, prefix, afterKey) {
      for await (const object of listObjects(s3, bucket, prefix, afterKey)) {
        // The local S3 gives each object a new time at each start.
        yield { ...object, modifiedAt: undefined };
      }
    },
    recordedObjects: (bucket) => readRecordedObjects(stack.credentials, bucket),
    async publish(messages) {
      // What fails is kept, and no matter of who published it.
      for (const message of messages) await stack.publish(message).catch(() => {});
    },
    close: async () => s3.destroy(),
  };
}

function createQueue({ failedEvents }: LocalStack): Deployment["deadLetterQueues"][number] {
  return {
    name: "failed",
    meaning: "the function gave up on these",
    async *receive() {
      for (const { id, body, keptAt } of failedEvents.list()) {
        const remove = () => failedEvents.remove(id);
        yield { id, body, sentAt: keptAt, error: undefined, receives: 0, delete: remove };
      }
    },
  };
}
