/** Every situation that stops a model from being had. */
import type { GraphVariant, ModelFile } from "../../function/model/manifest.ts";
import type { Similarity } from "./compare.ts";
import { describeDigest } from "./digest.ts";

export class HubUnreachableError extends Error {
  override readonly name = "HubUnreachableError";
  readonly url: string;
  constructor(url: string, cause: Error) {
    super(
      `${url} cannot be downloaded (${cause.message}). Check the network; behind a proxy set HTTPS_PROXY ` +
        "and NODE_USE_ENV_PROXY=1. Or set HF_ENDPOINT to a mirror of the Hugging Face hub, or give a " +
        "folder that has the model: --model PATH. What has arrived is kept, and continued next time.",
      { cause },
    );
    this.url = url;
  }
}

export class HubRefusalError extends Error {
  override readonly name = "HubRefusalError";
  readonly url: string;
  readonly httpStatus: number;
  constructor(url: string, httpStatus: number) {
    super(
      `${url} is refused with HTTP ${httpStatus}. Check that HF_ENDPOINT, if it is set, is a mirror of the ` +
        "Hugging Face hub with this model and revision, or give a folder that has the model: --model PATH.",
    );
    this.url = url;
    this.httpStatus = httpStatus;
  }
}

export class ModelFileMismatchError extends Error {
  override readonly name = "ModelFileMismatchError";
  readonly path: string;
  /** @param found the size and digest of what came instead, as a person would read it */
  constructor(url: string, file: ModelFile, found: string) {
    super(
      `${file.path} from ${url} is not the pinned one: expected ${describeDigest(file)}, found ${found}. ` +
        "It was deleted. Try again; if that gives the same, the hub or mirror serves another file.",
    );
    this.path = file.path;
  }
}

export class UnknownModelError extends Error {
  override readonly name = "UnknownModelError";
  constructor(name: string, known: readonly string[]) {
    super(`There is no model ${name}: expected ${known.join(", ")}, or the path of a folder.`);
  }
}

/** A graph is not what a variant is made of. */
export class GraphNotRecognisedError extends Error {
  override readonly name = "GraphNotRecognisedError";
  readonly found: string;
  /** @param found of what was expected, as a person would read it */
  constructor(variant: GraphVariant, expected: string, found: string) {
    super(
      `The variant ${variant} is made of ${expected}; this graph has: ${found}. ` +
        "Use the published graph: --variant published.",
    );
    this.found = found;
  }
}

export class GraphDivergedError extends Error {
  override readonly name = "GraphDivergedError";
  readonly cosine: number;
  constructor(variant: GraphVariant, { tokens, cosine }: Similarity, minCosine: number) {
    super(
      `The variant ${variant} gives other vectors than the graph that it is made from: over ${tokens} tokens their cosine ` +
        `is ${cosine}, expected at least ${minCosine}. Use the published graph: --variant published.`,
    );
    this.cosine = cosine;
  }
}

/** Something in a tokenizer.json would make the compiled tokenizer give other ids than `@huggingface/tokenizers`. */
export class UnsupportedTokenizerError extends Error {
  override readonly name = "UnsupportedTokenizerError";
  /** Where in the file, as `model.byte_fallback`. */
  readonly part: string;
  /** @param problem what was expected there and what was found */
  constructor(part: string, problem: string) {
    super(
      `tokenizer.json cannot be compiled: ${part}: ${problem}. ` +
        "The function reads it as it is too, only more slowly.",
    );
    this.part = part;
  }
}
