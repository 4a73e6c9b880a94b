/** The graphs that a model folder has → the one to use, by its number format. */
import { ModelFolderError } from "../../function/errors.ts";

/**
 * Number formats in transformers.js's words, the preferred first, and what the graph of each is called.
 * https://huggingface.co/docs/transformers.js/guides/dtypes
 */
const graphNames = {
  q4: "model_q4.onnx",
  q8: "model_quantized.onnx",
  int8: "model_int8.onnx",
  uint8: "model_uint8.onnx",
  fp32: "model.onnx",
} as const;

export type Dtype = keyof typeof graphNames;

const dtypes: readonly Dtype[] = Object.keys(graphNames).filter(isDtype);

const halfPrecision = "fp16 and q4f16 graphs give NaN on arm64, or overflow";

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(graphNames, name);
}

/**
 * Chooses the graph.
 * @param fileNames what lies in the folder's `onnx/`
 * @param wanted a dtype by name; without it the first in the order of preference is taken
 * @throws {ModelFolderError} when there is no such graph, or it is one that is not to be used
 */
export function chooseGraph(
  folder: string,
  fileNames: readonly string[],
  wanted: string | undefined,
): { readonly dtype: Dtype; readonly graph: string } {
  if (wanted !== undefined && !isDtype(wanted)) {
    const problem = `the dtype ${wanted} is none of ${dtypes.join(", ")} (${halfPrecision}).`;
    throw new ModelFolderError(folder, problem);
  }
  const candidates = wanted === undefined ? dtypes : [wanted];
  const dtype = candidates.find((candidate) => fileNames.includes(graphNames[candidate]));
  if (dtype !== undefined) return { dtype, graph: `onnx/${graphNames[dtype]}` };
  const expected = candidates.map((candidate) => `onnx/${graphNames[candidate]}`).join(" or ");
  const graphs = fileNames.filter((name) => name.endsWith(".onnx"));
  const found = graphs.length === 0 ? "there is no graph" : `there is ${graphs.join(", ")}`;
  throw new ModelFolderError(folder, `expected ${expected}; ${found} (${halfPrecision}).`);
}
