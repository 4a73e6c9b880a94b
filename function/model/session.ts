/** A model folder's graph → a session that turns token ids into one vector, not yet normalised. */
import { join } from "node:path";
import type { InferenceSession, Tensor } from "onnxruntime-node";
import { ModelFolderError, reason } from "../errors.ts";
import type { ModelManifest } from "./manifest.ts";

export interface Session {
  /** The pooled output for one sequence of token ids, special tokens included. */
  run(ids: readonly number[]): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens the graph.
 * @throws {ModelFolderError} when it is missing, corrupt or not the graph that the manifest declares
 */
export async function openSession(folder: string, manifest: ModelManifest): Promise<Session> {
  // ONNX Runtime 1.29 and later send telemetry on Linux unless this is set before the library is loaded.
  process.env.ORT_DISABLE_TELEMETRY = "1";
  const ort = await import("onnxruntime-node");
  const path = join(folder, manifest.graph);
  const options = sessionOptions(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  // From a path, not a buffer: half the time and memory.
  const session = await ort.InferenceSession.create(path, options).catch((cause: unknown) => {
    throw new ModelFolderError(folder, `${path} is missing or corrupt: ${reason(cause)}`, {
      cause,
    });
  });
  const outputName = manifest.pooling === "mean" ? "last_hidden_state" : "sentence_embedding";
  if (!session.outputNames.includes(outputName)) {
    const problem = `${path} has no output ${outputName}, only ${session.outputNames.join(", ")}.`;
    throw new ModelFolderError(folder, problem);
  }
  const pool = manifest.pooling === "mean" ? meanOverTokens : firstVector;

  return {
    async run(ids) {
      const feeds = createFeeds(ort.Tensor, session.inputNames, ids);
      const outputs = await session.run(feeds, [outputName]);
      return pool(outputs[outputName]);
    },
    close: () => session.release(),
  };
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
export const megabytesPerProcessor = 1769;

/**
 * How ONNX Runtime is to use the machine.
 * @param lambdaMemoryMegabytes as Lambda tells a function; elsewhere the machine's cores are used
 */
export function sessionOptions(
  lambdaMemoryMegabytes: string | undefined,
): InferenceSession.SessionOptions {
  const processors = Math.ceil(Number(lambdaMemoryMegabytes) / megabytesPerProcessor);
  return {
    // A thread for each processor begun: Lambda shows whole ones, and gives a share of their time.
    ...(processors >= 1 && { intraOpNumThreads: processors }),
    // What goes wrong is thrown; ONNX Runtime would print it too, in its own form.
    logSeverityLevel: 4,
    // The arena keeps its peak for good.
    enableCpuMemArena: false,
    // Threads that spin for their next piece of work use up the share: with 1.2 processors 200 tokens take 240 ms
    // instead of 174, with 1.7 135 instead of 123. With two whole ones they would take 5 % less.
    extra: { session: { intra_op: { allow_spinning: "0" } } },
  };
}

/** One sequence without padding: every token counts, and all belong to the first segment. */
function createFeeds(
  tensor: typeof Tensor,
  inputNames: readonly string[],
  ids: readonly number[],
): InferenceSession.FeedsType {
  const create = (values: BigInt64Array) => new tensor("int64", values, [1, values.length]);
  const inputs: Readonly<Record<string, () => Tensor>> = {
    input_ids: () => create(BigInt64Array.from(ids, BigInt)),
    attention_mask: () => create(new BigInt64Array(ids.length).fill(1n)),
    token_type_ids: () => create(new BigInt64Array(ids.length)),
  };
  return Object.fromEntries(
    Object.entries(inputs)
      .filter(([name]) => inputNames.includes(name))
      .map(([name, createInput]) => [name, createInput()]),
  );
}

function firstVector(output: Tensor | undefined): Float32Array {
  return output?.data instanceof Float32Array ? output.data : new Float32Array();
}

/** The output's shape is [1, tokens, dimensions]. */
function meanOverTokens(output: Tensor | undefined): Float32Array {
  const vectors = firstVector(output);
  const dimensions = output?.dims[2] ?? 0;
  const tokens = output?.dims[1] ?? 0;
  const mean = new Float32Array(dimensions);
  for (const [index, value] of vectors.entries()) {
    const dimension = index % dimensions;
    mean[dimension] = (mean[dimension] ?? 0) + value / tokens;
  }
  return mean;
}
