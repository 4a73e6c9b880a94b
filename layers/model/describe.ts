/** A folder in the transformers.js layout → its manifest. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, posix, resolve } from "node:path";
import { ModelFolderError, reason } from "../../function/errors.ts";
import { type ModelFile, type ModelManifest, readManifest } from "../../function/model/manifest.ts";
import { openSession } from "../../function/model/session.ts";
import { openTokenizer } from "../../function/model/tokenizer.ts";
import { type ModelConfiguration, readConfiguration } from "./configuration.ts";
import { digestFileIfPresent } from "./digest.ts";
import { chooseGraph } from "./dtypes.ts";
import { type OnnxGraph, readOnnxGraph } from "./onnx.ts";

/**
 * Gives the folder's own `manifest.json` where it has one (of the dtype, if one is wanted); otherwise makes
 * it from the configuration files, the graph, and one short text that is embedded to see that it works.
 * @throws {ModelFolderError} naming the file that is missing, corrupt or not to be used
 */
export async function describeModel(
  folder: string,
  { dtype: wanted }: { readonly dtype?: string } = {},
): Promise<ModelManifest> {
  if (await exists(join(folder, "manifest.json"))) {
    const manifest = await readManifest(folder);
    if (wanted === undefined || wanted === manifest.dtype) return manifest;
  }
  const graphFiles = await readdir(join(folder, "onnx")).catch((): string[] => []);
  const { dtype, graph } = chooseGraph(folder, graphFiles, wanted);
  const configuration = await readConfiguration(folder);
  const { outputNames, externalDataPaths } = await readGraph(folder, graph);
  const paths = [
    graph,
    ...externalDataPaths.map((path) => posix.join("onnx", path)),
    "tokenizer.json",
  ];
  const facts = {
    id: basename(resolve(folder)),
    dtype,
    windowTokens: configuration.windowTokens,
    prompts: configuration.prompts,
    promptVersion: 1,
    pooling: choosePooling(folder, outputNames, configuration.pooling),
    graph,
    tokenizer: "tokenizer.json",
    files: await digestFiles(folder, paths),
    licence: { name: "terms of its publisher", url: "" },
  };
  return { ...facts, dimensions: await measureDimensions(folder, facts) };
}

async function readGraph(folder: string, graph: string): Promise<OnnxGraph> {
  try {
    return readOnnxGraph(await readFile(join(folder, graph)));
  } catch (cause) {
    const problem = `${graph} is no ONNX graph: ${reason(cause)}.`;
    throw new ModelFolderError(folder, problem, { cause });
  }
}

/** A graph with `sentence_embedding` pools itself; in any other the vectors of the tokens are averaged. */
function choosePooling(
  folder: string,
  outputNames: readonly string[],
  configured: ModelConfiguration["pooling"],
): ModelManifest["pooling"] {
  if (outputNames.includes("sentence_embedding")) return "none";
  if (!outputNames.includes("last_hidden_state")) {
    throw new ModelFolderError(
      folder,
      `expected a graph with the output sentence_embedding or last_hidden_state, not ${outputNames.join(", ")}.`,
    );
  }
  if (configured === "other") {
    throw new ModelFolderError(
      folder,
      "1_Pooling/config.json asks for another pooling than the mean of the tokens. Export the model with " +
        "its pooling inside the graph, as the output sentence_embedding.",
    );
  }
  return "mean";
}

async function digestFiles(folder: string, paths: readonly string[]): Promise<ModelFile[]> {
  return Promise.all(
    paths.map(async (path) => {
      const isInside = !posix.isAbsolute(path) && !path.startsWith("..");
      const digest = isInside ? await digestFileIfPresent(join(folder, path)) : undefined;
      if (digest !== undefined) return { path, ...digest };
      throw new ModelFolderError(folder, `${path} is expected in it and missing.`);
    }),
  );
}

async function measureDimensions(
  folder: string,
  facts: Omit<ModelManifest, "dimensions">,
): Promise<number> {
  // What is to be found out, and read by neither of the two.
  const manifest = { ...facts, dimensions: 1 };
  const tokenizer = await openTokenizer(folder, manifest);
  const session = await openSession(folder, manifest);
  try {
    const vector = await session.run(tokenizer.encode("A short text."));
    if (vector.length > 0 && vector.every(Number.isFinite)) return vector.length;
    const problem = `${facts.graph} gives no usable vector for a short text. Use another dtype.`;
    throw new ModelFolderError(folder, problem);
  } finally {
    await session.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
