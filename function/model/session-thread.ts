/**
 * A model folder → a session in a thread of its own: opening it and running it, which ONNX Runtime does
 * without a pause, hold up neither the loading of code nor what goes to S3 and Supabase meanwhile.
 */
import { extname, join } from "node:path";
import { SHARE_ENV, Worker } from "node:worker_threads";
import { ModelFolderError } from "../errors.ts";
import { once } from "../once.ts";
import type { ModelAddress } from "../settings.ts";
import type { ModelManifest } from "./manifest.ts";
import type { Session } from "./session.ts";

export interface SessionThreadData {
  readonly folder: string;
  /** Read from the folder where it is not given. */
  readonly manifest: ModelManifest | undefined;
  /** Where the folder is fetched from, unless it is there. */
  readonly address: ModelAddress | undefined;
  /** 1 as soon as the session is open, or will never be. */
  readonly settled: Int32Array;
}

export type SessionRequest = { readonly id: number; readonly ids: readonly number[] } | "close";

export type SessionAnswer =
  | "opened"
  | { readonly problem: string }
  | { readonly failure: unknown }
  | { readonly id: number; readonly error: unknown }
  | { readonly id: number; readonly vector: Float32Array };

export interface SessionThread {
  /** Rejects with what {@link openSession} throws, and what fetching the model does. */
  readonly session: Promise<Session>;
  /** Keeps this thread, and so everything else in the process, waiting until the session is open or failed. */
  hold(timeoutMilliseconds: number): void;
}

/** Beside this file: as TypeScript in the sources, as JavaScript in a bundle. */
const program = join(import.meta.dirname, `session-worker${extname(import.meta.filename)}`);

/** Starts the thread, which opens the session at once. It does not keep a process alive that has no use for it. */
export function startSessionThread(
  folder: string,
  {
    manifest,
    address,
  }: {
    readonly manifest?: ModelManifest | undefined;
    readonly address?: ModelAddress | undefined;
  } = {},
): SessionThread {
  const settled = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: SessionThreadData = { folder, manifest, address, settled };
  // The variables are shared, for ONNX Runtime reads the process's own. Options such as `--eval` are not.
  const worker = new Worker(program, { workerData, env: SHARE_ENV, execArgv: [] });
  const opened = Promise.withResolvers<Session>();
  const ended = Promise.withResolvers<void>();
  const running = new Map<number, PromiseWithResolvers<Float32Array>>();
  let failure: unknown;
  let lastId = 0;

  const session: Session = {
    async run(ids) {
      if (failure !== undefined) throw failure;
      lastId += 1;
      const vector = Promise.withResolvers<Float32Array>();
      running.set(lastId, vector);
      worker.ref();
      worker.postMessage({ id: lastId, ids } satisfies SessionRequest);
      return vector.promise;
    },
    close: once(async () => {
      await Promise.allSettled(Array.from(running.values(), ({ promise }) => promise));
      worker.ref();
      worker.postMessage("close" satisfies SessionRequest);
      await ended.promise;
    }),
  };

  worker.on("message", (answer: SessionAnswer) => {
    if (answer === "opened") opened.resolve(session);
    else if ("problem" in answer) opened.reject(new ModelFolderError(folder, answer.problem));
    else if ("failure" in answer) opened.reject(answer.failure);
    else {
      const vector = running.get(answer.id);
      running.delete(answer.id);
      if ("vector" in answer) vector?.resolve(answer.vector);
      else vector?.reject(answer.error);
    }
    if (running.size === 0) worker.unref();
  });
  const fail = (error: unknown) => {
    failure ??= error;
    opened.reject(error);
    for (const { reject } of running.values()) reject(error);
  };
  worker.on("error", fail);
  worker.on("exit", () => {
    fail(new Error("The thread of the model's session has ended."));
    ended.resolve();
  });

  return {
    session: opened.promise,
    hold: (timeoutMilliseconds) => Atomics.wait(settled, 0, 0, timeoutMilliseconds),
  };
}
