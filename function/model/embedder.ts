/** A model folder → the embedder: texts in, normalised vectors out, with the prompts that the model wants. */
import { InvalidEmbeddingError } from "../errors.ts";
import { type ModelManifest, modelName } from "./manifest.ts";
import type { Session } from "./session.ts";
import { startSessionThread } from "./session-thread.ts";
import { openTokenizer, type Tokenizer } from "./tokenizer.ts";

export interface Embedder {
  /** The name that embeddings are stored under; vectors of different names are never mixed. */
  readonly model: string;
  readonly dimensions: number;
  /** Most tokens that a document's text may have, beside the prompt and the special tokens. */
  readonly maxDocumentTokens: number;
  /** Tokens of a document's text as it is embedded, without those of the prompt and the special ones. */
  countTokens(text: string): number;
  /** An L2-normalised vector; throws rather than truncates a text beyond `maxDocumentTokens`. */
  embedDocument(text: string): Promise<Float32Array>;
  embedQuery(text: string): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * Opens the model for embedding.
 * @param openSession gives the session where it is being opened already. It is waited for when the first text is
 * embedded and not before, and asked again for the next one where it failed
 * @throws {ModelFolderError} when the folder does not hold what the manifest declares
 */
export async function openEmbedder(
  folder: string,
  manifest: ModelManifest,
  openSession?: () => Promise<Session>,
): Promise<Embedder> {
  if (openSession !== undefined) {
    const session: Session = {
      run: async (ids) => (await openSession()).run(ids),
      close: async () => (await openSession()).close(),
    };
    return createEmbedder(manifest, await openTokenizer(folder, manifest), session);
  }
  const [tokenizer, session] = await Promise.all([
    openTokenizer(folder, manifest),
    startSessionThread(folder, { manifest }).session,
  ]);
  return createEmbedder(manifest, tokenizer, session);
}

/** The embedder over a tokenizer and a session, which may be any that keep to their contracts. */
export function createEmbedder(
  manifest: ModelManifest,
  tokenizer: Tokenizer,
  session: Session,
): Embedder {
  const { prompts, dimensions, windowTokens } = manifest;
  const model = modelName(manifest);
  const promptTokens = tokenizer.countTokens(prompts.document);

  async function embed(text: string): Promise<Float32Array> {
    const ids = tokenizer.encode(text);
    if (ids.length > windowTokens) {
      throw new InvalidEmbeddingError(
        model,
        `${ids.length} tokens are more than its ${windowTokens}`,
      );
    }
    return normalize(await session.run(ids), model, dimensions);
  }

  return {
    model,
    dimensions,
    maxDocumentTokens: windowTokens - promptTokens,
    countTokens: (text) => tokenizer.countTokens(prompts.document + text) - promptTokens,
    embedDocument: (text) => embed(prompts.document + text),
    embedQuery: (text) => embed(prompts.query + text),
    close: () => session.close(),
  };
}

function normalize(vector: Float32Array, model: string, dimensions: number): Float32Array {
  if (vector.length !== dimensions) {
    const problem = `${vector.length} dimensions instead of ${dimensions}`;
    throw new InvalidEmbeddingError(model, problem);
  }
  const norm = Math.hypot(...vector);
  if (!Number.isFinite(norm) || norm === 0) throw new InvalidEmbeddingError(model, `norm ${norm}`);
  return vector.map((value) => value / norm);
}
