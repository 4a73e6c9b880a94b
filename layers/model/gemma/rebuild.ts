/** A published model of EmbeddingGemma's kind → what its graph and weights are to be replaced with, built anew. */
import { readFile, writeFile } from "node:fs/promises";
import { join, posix } from "node:path";
import type { GraphVariant } from "../../../function/model/manifest.ts";
import type { Derivation } from "../derive.ts";
import { GraphNotRecognisedError } from "../errors.ts";
import type { Model } from "../obtain.ts";
import { readOnnxGraph } from "../onnx.ts";
import { readOnnxModel } from "../onnx-model.ts";
import { writeWeights } from "../onnx-weights.ts";
import { buildGemma, type GemmaForm } from "./graph.ts";
import { eightBitProjection, fourBitProjection } from "./projection.ts";
import { gemmaStructure, hasFourBitLayers, readGemma } from "./weights.ts";

export type RebuiltVariant = Exclude<GraphVariant, "published">;

const forms: Readonly<Record<RebuiltVariant, GemmaForm>> = {
  "q4-level4": { createProjection: fourBitProjection, tableScales: "float32" },
  int8: { createProjection: eightBitProjection, tableScales: "float16" },
};

/**
 * Gives the files that stand in for the published ones. They are made when they are written.
 * @param source in 4 bits: its embedding table is taken
 * @param matrixSource whose matrices and norms are taken: the source itself, or the same model in fp32
 * @throws {GraphNotRecognisedError} when one of the two has not the weights of an EmbeddingGemma
 */
export async function rebuildGemma(
  source: Model,
  matrixSource: Model,
  variant: RebuiltVariant,
): Promise<Derivation> {
  const sourceGraph = join(source.folder, source.manifest.graph);
  const { table, found: foundInSource } = readGemma(await readOnnxModel(sourceGraph));
  const matrixGraph = join(matrixSource.folder, matrixSource.manifest.graph);
  const { weights, found } = readGemma(await readOnnxModel(matrixGraph));
  if (table === undefined) {
    throw new GraphNotRecognisedError(variant, gemmaStructure, foundInSource);
  }
  if (weights === undefined || (variant === "q4-level4" && !hasFourBitLayers(weights))) {
    throw new GraphNotRecognisedError(variant, gemmaStructure, found);
  }

  const { graph, windowTokens } = source.manifest;
  const besideGraph = (name: string) => posix.join(posix.dirname(graph), name);
  const weightsName = `${variant}.onnx_data`;
  const built = await buildGemma(weights, table, forms[variant], windowTokens, weightsName);
  const newGraph = besideGraph(`${variant}.onnx`);
  const { externalDataPaths } = readOnnxGraph(await readFile(sourceGraph));
  return {
    replaced: [graph, ...externalDataPaths.map(besideGraph)],
    added: [
      { path: newGraph, write: (target) => writeFile(target, built.bytes) },
      { path: besideGraph(weightsName), write: (target) => writeWeights(target, built.weights) },
    ],
    facts: { variant, graph: newGraph },
  };
}
