/** The models that are known by name → where each is published, which files of it are used, and their digests. */
import type { ModelFile, ModelManifest } from "../function/model/manifest.ts";

export interface PinnedModel extends Readonly<Omit<ModelManifest, "id" | "variant" | "files">> {
  /** On the Hugging Face hub. */
  readonly repository: string;
  /** A commit and not a branch: what is downloaded today is what was measured. */
  readonly revision: string;
  readonly files: readonly Readonly<ModelFile>[];
  /** The same model in fp32, which the variant `int8` is made from. It is downloaded for that alone. */
  readonly fullPrecision?: {
    readonly graph: string;
    readonly files: readonly Readonly<ModelFile>[];
    /** Of the graph and the weights that are made of them, for the sum without a download. */
    readonly int8Bytes: number;
  };
  /** Of the tokenizer as it is in the layer, for the sum without a download; the same pieces gave it. */
  readonly compiledTokenizerBytes?: number;
}

// https://huggingface.co/google/embeddinggemma-300m#prompt-instructions
const embeddingGemmaPrompts = {
  document: "title: none | text: ",
  query: "task: search result | query: ",
} as const;

const apacheLicence = {
  name: "Apache-2.0",
  url: "https://www.apache.org/licenses/LICENSE-2.0",
} as const;

export const models = {
  "embeddinggemma-300m": {
    repository: "onnx-community/embeddinggemma-300m-ONNX",
    revision: "5090578d9565bb06545b4552f76e6bc2c93e4a66",
    dtype: "q4",
    dimensions: 768,
    windowTokens: 2048,
    prompts: embeddingGemmaPrompts,
    promptVersion: 1,
    pooling: "none",
    graph: "onnx/model_q4.onnx",
    tokenizer: "tokenizer.json",
    files: [
      {
        path: "onnx/model_q4.onnx",
        bytes: 519_322,
        sha256: "ad1dfee81a70f7944b9b9d1cc6e48075b832881cf33fab2f2b248be78f3f0043",
      },
      {
        path: "onnx/model_q4.onnx_data",
        bytes: 196_725_760,
        sha256: "599962c3143b040de2dd05e5975be3e9091dd067cacc6a8f7186e3203bab9e02",
      },
      {
        path: "tokenizer.json",
        bytes: 20_323_312,
        sha256: "4dda02faaf32bc91031dc8c88457ac272b00c1016cc679757d1c441b248b9c47",
      },
    ],
    fullPrecision: {
      graph: "onnx/model.onnx",
      files: [
        {
          path: "onnx/model.onnx",
          bytes: 479_932,
          sha256: "ea91fd315a7c152d427d231746f0f811a1ac93beaba656abfdf2b24e091265e4",
        },
        {
          path: "onnx/model.onnx_data",
          bytes: 1_234_521_088,
          sha256: "ef835ae565d8695236652475903078e8ed794c7c35faf1164d78ec3238e8a88d",
        },
      ],
      int8Bytes: 222_924_062,
    },
    compiledTokenizerBytes: 7_741_380,
    licence: { name: "Gemma Terms of Use", url: "https://ai.google.dev/gemma/terms" },
  },
  "embeddinggemma-2": {
    repository: "onnx-community/embeddinggemma-2-ONNX",
    revision: "daa72c51243991dfcaf9f9137d2c573d8f7790c0",
    dtype: "q4",
    dimensions: 768,
    windowTokens: 8192,
    prompts: embeddingGemmaPrompts,
    promptVersion: 1,
    pooling: "none",
    graph: "onnx/model_q4.onnx",
    tokenizer: "tokenizer.json",
    files: [
      {
        path: "onnx/model_q4.onnx",
        bytes: 490_742,
        sha256: "f9eeba97acddf139b8ee2ddf04bc30dceafa88de93fadf74d7644e0d61a477a9",
      },
      {
        path: "onnx/model_q4.onnx_data",
        bytes: 174_028_800,
        sha256: "c3975f2d1ab7a1878ae31a7d7a9b7804a827aff3800b60dfceafce21cac3df49",
      },
      {
        path: "tokenizer.json",
        bytes: 32_170_510,
        sha256: "4d777ef5bdc1aa36227abdfb77c3e49e7b9c892d16e1b6bda41c393504828be4",
      },
    ],
    licence: apacheLicence,
  },
  "all-MiniLM-L6-v2": {
    repository: "Xenova/all-MiniLM-L6-v2",
    revision: "751bff37182d3f1213fa05d7196b954e230abad9",
    dtype: "q8",
    dimensions: 384,
    // What sentence-transformers trained and uses it with; its position table has 512.
    windowTokens: 256,
    prompts: { document: "", query: "" },
    promptVersion: 1,
    pooling: "mean",
    graph: "onnx/model_quantized.onnx",
    tokenizer: "tokenizer.json",
    files: [
      {
        path: "onnx/model_quantized.onnx",
        bytes: 22_972_370,
        sha256: "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1",
      },
      {
        path: "tokenizer.json",
        bytes: 711_661,
        sha256: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
      },
    ],
    licence: apacheLicence,
  },
} as const satisfies Record<string, PinnedModel>;

export type ModelId = keyof typeof models;

export const defaultModelId: ModelId = "embeddinggemma-300m";

export function isModelId(name: string): name is ModelId {
  return Object.hasOwn(models, name);
}

/** The manifest of a folder that holds the pinned model's files. */
export function createManifest(id: string, model: PinnedModel): ModelManifest {
  const { dtype, dimensions, windowTokens, prompts, promptVersion, pooling } = model;
  const { graph, tokenizer, files, licence } = model;
  return {
    id,
    variant: "published",
    dtype,
    dimensions,
    windowTokens,
    prompts,
    promptVersion,
    pooling,
    graph,
    tokenizer,
    files: files.map((file) => ({ ...file })),
    licence,
  };
}
