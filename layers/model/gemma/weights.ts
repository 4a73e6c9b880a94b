/** A published graph of EmbeddingGemma's kind → its weights by what they are for, whatever operators it is made of. */
import { dataTypes } from "../onnx.ts";
import type { OnnxModel, OnnxNode, OnnxTensor } from "../onnx-model.ts";
import { type Matrix, readProduct } from "./matrix.ts";

export interface GemmaReading {
  /** `undefined` where the graph has none in 4 bits. */
  readonly table: FourBitTable | undefined;
  /** `undefined` where the graph has not the structure. */
  readonly weights: GemmaWeights | undefined;
  /** What there is of the structure, as a person would read it. */
  readonly found: string;
}

export interface GemmaWeights {
  readonly hiddenSize: number;
  readonly headSize: number;
  readonly layers: readonly [GemmaLayer, ...GemmaLayer[]];
  readonly outputNorm: OnnxTensor;
  /** One after the other, behind the mean over the tokens. */
  readonly dense: readonly [Matrix, Matrix];
}

/** Of embeddings: a row for each token id. */
export interface FourBitTable {
  readonly codes: OnnxTensor;
  readonly scales: OnnxTensor;
  /** Of the published GatherBlockQuantized: how the two are read. */
  readonly attributes: OnnxNode["attributes"];
  /** What every row is multiplied with. */
  readonly factor: OnnxTensor;
}

export interface GemmaLayer {
  readonly norms: {
    readonly attention: OnnxTensor;
    readonly query: OnnxTensor;
    readonly key: OnnxTensor;
    readonly afterAttention: OnnxTensor;
    readonly feedForward: OnnxTensor;
    readonly afterFeedForward: OnnxTensor;
  };
  readonly query: Matrix;
  readonly key: Matrix;
  readonly value: Matrix;
  readonly attentionOutput: Matrix;
  readonly gate: Matrix;
  readonly up: Matrix;
  readonly down: Matrix;
}

/** Weights are told apart by their order and shapes, which all exporters of Gemma 3 keep. */
export const gemmaStructure =
  "an embedding table of 4 bits, layers of seven matrix products (query, key and value of one head, output, gate, " +
  "up, down) and six norms, a last norm, and two matrix products behind it";

export function readGemma(model: OnnxModel): GemmaReading {
  const norms = model.nodes.flatMap((node) => readNormWeight(node, model) ?? []);
  const products = model.nodes.flatMap((node) => {
    const matrix = readProduct(node, model);
    return matrix === undefined ? [] : [{ node, matrix }];
  });
  const table = readTable(model);
  const found = [
    `${table === undefined ? "no" : "a"} table of 4 bits`,
    `${products.length} matrix products, ${products.filter(({ matrix }) => isFourBit(matrix)).length} of 4 bits`,
    `${norms.length} norms`,
  ];
  return { table, weights: readWeights(products, norms, model), found: found.join(", ") };
}

/** All of one block size, so that they can stand side by side. */
export function hasFourBitLayers({ layers }: GemmaWeights): boolean {
  const blockSizes = layers.flatMap(({ norms: _, ...matrices }) =>
    Object.values(matrices).map(({ form }) => (form.kind === "q4" ? form.blockSize : undefined)),
  );
  return blockSizes.every((size) => size !== undefined && size === blockSizes[0]);
}

interface MatrixProduct {
  readonly node: OnnxNode;
  readonly matrix: Matrix;
}

function isFourBit({ form }: Matrix): boolean {
  return form.kind === "q4";
}

function readWeights(
  products: readonly MatrixProduct[],
  norms: readonly OnnxTensor[],
  model: OnnxModel,
): GemmaWeights | undefined {
  const [first, second] = products.slice(-2);
  const outputNorm = norms.at(-1);
  const [hiddenSize, headSize] = [outputNorm?.dimensions[0], norms[1]?.dimensions[0]];
  if (!first || !second || !outputNorm || !hiddenSize || !headSize) return;
  const layers: GemmaLayer[] = [];
  for (let index = 0; index < (products.length - 2) / 7; index += 1) {
    const layer = readLayer(
      products.slice(7 * index, 7 * index + 7),
      norms.slice(6 * index, 6 * index + 6),
      model,
    );
    if (layer === undefined || !isShapedAs(layer, hiddenSize, headSize)) return;
    layers.push(layer);
  }
  const [firstLayer, ...otherLayers] = layers;
  if (firstLayer === undefined || norms.length !== 6 * layers.length + 1) return;
  const dense = [first.matrix, second.matrix] as const;
  if (dense[0].columns !== hiddenSize || dense[1].columns !== dense[0].rows) return;
  return {
    hiddenSize,
    headSize,
    layers: [firstLayer, ...otherLayers],
    outputNorm,
    dense,
  };
}

/** Of 4 bits, without zero points and with a factor behind it. */
function readTable({ nodes, tensors }: OnnxModel): FourBitTable | undefined {
  const node = nodes.find(({ operator }) => operator === "GatherBlockQuantized");
  const [codes, , scales, zeroPoints] = (node?.inputs ?? []).map((name) => tensors.get(name));
  const scaled = nodes.find(
    ({ operator, inputs }) => operator === "Mul" && inputs.includes(node?.outputs[0] ?? ""),
  );
  const [factor] = (scaled?.inputs ?? []).flatMap((name) => tensors.get(name) ?? []);
  const isFourBit = codes?.dataType === dataTypes.int4 || codes?.dataType === dataTypes.uint4;
  if (!node || !codes || !isFourBit || zeroPoints !== undefined) return;
  if (scales?.dataType !== dataTypes.float32 || factor === undefined || count(factor) !== 1) return;
  return { codes, scales, attributes: node.attributes, factor };
}

/** The operators that norms are made of, and which of their inputs the weight is. */
const normWeightInputs: Readonly<Record<string, readonly number[]>> = {
  SimplifiedLayerNormalization: [1],
  SkipSimplifiedLayerNormalization: [2],
  RMSNormalization: [1],
  Mul: [0, 1],
};

function readNormWeight({ operator, inputs }: OnnxNode, { tensors }: OnnxModel) {
  return (normWeightInputs[operator] ?? [])
    .map((index) => tensors.get(inputs[index] ?? ""))
    .find(
      (tensor) =>
        tensor?.dimensions.length === 1 &&
        tensor.dataType === dataTypes.float32 &&
        count(tensor) > 1,
    );
}

function readLayer(
  products: readonly MatrixProduct[],
  norms: readonly OnnxTensor[],
  { nodes }: OnnxModel,
): GemmaLayer | undefined {
  const [query, key, value, output, one, other, down] = products;
  const [attention, queryNorm, keyNorm, afterAttention, feedForward, afterFeedForward] = norms;
  if (!query || !key || !value || !output || !one || !other || !down) return;
  if (!attention || !queryNorm || !keyNorm || !afterAttention) return;
  if (!feedForward || !afterFeedForward) return;
  const isActivated = ({ node }: MatrixProduct) =>
    nodes.some(
      ({ operator, inputs }) =>
        ["Gelu", "FastGelu"].includes(operator) && inputs[0] === node.outputs[0],
    );
  const [gate, up] = isActivated(other) ? [other, one] : [one, other];
  return {
    norms: {
      attention,
      query: queryNorm,
      key: keyNorm,
      afterAttention,
      feedForward,
      afterFeedForward,
    },
    query: query.matrix,
    key: key.matrix,
    value: value.matrix,
    attentionOutput: output.matrix,
    gate: gate.matrix,
    up: up.matrix,
    down: down.matrix,
  };
}

function isShapedAs(layer: GemmaLayer, hiddenSize: number, headSize: number): boolean {
  const { query, gate } = layer;
  const shapes: readonly (readonly [Matrix, rows: number, columns: number])[] = [
    [query, query.rows, hiddenSize],
    [layer.key, headSize, hiddenSize],
    [layer.value, headSize, hiddenSize],
    [layer.attentionOutput, hiddenSize, query.rows],
    [gate, gate.rows, hiddenSize],
    [layer.up, gate.rows, hiddenSize],
    [layer.down, hiddenSize, gate.rows],
  ];
  const { query: queryNorm, key: keyNorm, ...hiddenNorms } = layer.norms;
  return (
    query.rows % headSize === 0 &&
    shapes.every(([matrix, rows, columns]) => matrix.rows === rows && matrix.columns === columns) &&
    [queryNorm, keyNorm].every((norm) => count(norm) === headSize) &&
    Object.values(hiddenNorms).every((norm) => count(norm) === hiddenSize)
  );
}

function count({ dimensions }: OnnxTensor): number {
  return dimensions.reduce((product, size) => product * size, 1);
}
