/** The thread of a session: a model folder → the session, and then ids in, vectors out, until it is told to close. */
import { parentPort, workerData } from "node:worker_threads";
import type { ModelFolderError } from "../errors.ts";
import { readManifest } from "./manifest.ts";
import { openSession } from "./session.ts";
import type { SessionAnswer, SessionRequest, SessionThreadData } from "./session-thread.ts";

const { folder, manifest, address, settled }: SessionThreadData = workerData;

async function serve(): Promise<void> {
  if (address !== undefined) {
    // The SDK is loaded for this alone: a model in a layer does not wait for it.
    const { fetchModelFromS3 } = await import("./s3-model.ts");
    await fetchModelFromS3(address, folder);
  }
  const session = await openSession(folder, manifest ?? (await readManifest(folder)));
  parentPort?.on("message", async (request: SessionRequest) => {
    if (request === "close") {
      await session.close();
      parentPort?.close();
      return;
    }
    const { id, ids } = request;
    try {
      answer({ id, vector: await session.run(ids) });
    } catch (error) {
      answer({ id, error });
    }
  });
  answer("opened");
}

function answer(message: SessionAnswer): void {
  parentPort?.postMessage(message);
}

/** By its name: what fetches a model is a bundle of its own, with a class of its own. */
function isModelFolderError(error: unknown): error is Pick<ModelFolderError, "problem"> {
  return error instanceof Error && error.name === "ModelFolderError" && "problem" in error;
}

serve()
  .catch((error: unknown) => {
    // A class does not survive the way between threads.
    answer(isModelFolderError(error) ? { problem: error.problem } : { failure: error });
  })
  .finally(() => {
    Atomics.store(settled, 0, 1);
    Atomics.notify(settled, 0);
  });
