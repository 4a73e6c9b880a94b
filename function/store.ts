/** What is to be kept or found → the SQL functions of `supabase/migrations/`, each one transaction. */
import * as v from "valibot";
import type { Chunk } from "./chunk.ts";
import type { ObjectName } from "./errors.ts";
import type { ObjectVersion } from "./object.ts";
import type { CallFunction } from "./supabase.ts";
import type { Place } from "./text/structure.ts";

/** What the content rows of one object have in common; `undefined` is left out. */
export interface ObjectMetadata {
  readonly contentType?: string | undefined;
  readonly title?: string | undefined;
  /** What the object is in; left out for UTF-8. */
  readonly charset?: string | undefined;
  /** How many characters of it could not be read. */
  readonly replacedCharacters?: number | undefined;
  /** What who uploaded it has said of it (`x-amz-meta-*`), by the names' lower case. */
  readonly user?: Readonly<Record<string, string>> | undefined;
  /** Its tags in S3. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** What an object holds, in the order of its chunks. */
export interface ObjectContent {
  readonly ids: readonly string[];
  readonly model: string;
  /** Where each stands in the document; not given for a format without a structure. */
  readonly places?: readonly Place[];
}

/** One chunk with its embedding and its place in the document. */
export interface EmbeddedChunk extends Chunk {
  readonly index: number;
  readonly count: number;
  readonly model: string;
  readonly embedding: Float32Array;
}

const recordedSchema = v.variant("outcome", [
  v.object({ outcome: v.picklist(["stored", "unchanged", "superseded"]) }),
  v.object({ outcome: v.literal("incomplete"), missing: v.array(v.string()) }),
]);
export type Recorded = v.InferOutput<typeof recordedSchema>;

/** Which content is looked for, and how; its migration has the meaning of each. */
export interface SearchOptions {
  /** How many matches at the most. */
  readonly count: number;
  /** Contained in the metadata (or bucket) of an object that holds the content. */
  readonly filter?: Readonly<Record<string, unknown>> | undefined;
  readonly keyPrefix?: string | undefined;
  /** Of objects uploaded at this time or later, in ISO 8601. */
  readonly modifiedFrom?: string | undefined;
  /** Of objects uploaded before this time, in ISO 8601. */
  readonly modifiedBefore?: string | undefined;
  /** What the rank by meaning counts, 1 unless given; 0 leaves it out. */
  readonly vectorWeight?: number | undefined;
  /** What the rank by words counts, 1 unless given; 0 leaves it out. */
  readonly textWeight?: number | undefined;
  /** How many chunks before and behind each match come with it, 0 unless given. */
  readonly neighbours?: number | undefined;
}

/** Of what `search_content` returns, and so of what the search function answers. */
export const matchesSchema = v.array(
  v.object({
    id: v.string(),
    content: v.string(),
    key: v.string(),
    metadata: v.record(v.string(), v.unknown()),
    /** Of the embeddings: 1 is the same direction. */
    similarity: v.number(),
    /** What the matches are ordered by: 1 is the first by meaning and by words, with all of them. */
    score: v.number(),
    /** HTML: escaped, with the question's words in <mark>. */
    snippet: v.string(),
    neighbours: v.array(v.object({ index: v.number(), id: v.string(), content: v.string() })),
  }),
);
export type Match = v.InferOutput<typeof matchesSchema>[number];

export interface Store {
  /** How often the object was recorded. It goes up with each time, and is 0 for one that is not known. */
  objectRevision(object: ObjectName): Promise<number>;
  /** Which of these ids are kept with an embedding of this model. */
  knownContent(ids: readonly string[], model: string): Promise<ReadonlySet<string>>;
  /** Keeps one embedding; that the object holds it is for `replaceObject` to say. */
  storeContent(object: ObjectName, chunk: EmbeddedChunk, metadata: ObjectMetadata): Promise<void>;
  /** The object holds exactly this content now; `incomplete` names what is not kept (any more). */
  replaceObject(
    object: ObjectName,
    version: ObjectVersion,
    content: ObjectContent,
    metadata: ObjectMetadata,
  ): Promise<Recorded>;
  removeObject(object: ObjectName, version: ObjectVersion): Promise<Recorded>;
  rejectObject(object: ObjectName, version: ObjectVersion, error: Error): Promise<Recorded>;
  /** The content that is nearest to the embedding or has the question's words, best first. */
  searchContent(
    question: string,
    embedding: Float32Array,
    options: SearchOptions,
  ): Promise<readonly Match[]>;
}

/** The store over the SQL functions. What `callFunction` throws comes through. */
export function createStore(callFunction: CallFunction): Store {
  const record = async (name: string, parameters: object): Promise<Recorded> =>
    v.parse(recordedSchema, await callFunction(name, parameters));

  return {
    async objectRevision({ bucket, key }) {
      return v.parse(v.number(), await callFunction("object_revision", { bucket, key }));
    },
    async knownContent(ids, model) {
      const known = await callFunction("known_content", { ids, model });
      return new Set(v.parse(v.array(v.string()), known));
    },
    async storeContent({ bucket, key }, chunk, metadata) {
      const { id, content, embedding, index, count, model, tokens, place } = chunk;
      await callFunction("store_content", {
        id,
        content,
        key,
        embedding: [...embedding],
        metadata: { ...metadata, ...place, bucket, model, tokens, chunk: { index, count } },
      });
    },
    replaceObject: ({ bucket, key }, version, { ids, model, places }, metadata) =>
      record("replace_object", {
        bucket,
        key,
        content_ids: ids,
        model,
        metadata: { ...metadata, places },
        ...versionParameters(version),
      }),
    removeObject: ({ bucket, key }, { modifiedAt, sequencer, seenRevision }) =>
      record("remove_object", {
        bucket,
        key,
        object_modified_at: modifiedAt,
        sequencer: sequencer ?? null,
        seen_revision: seenRevision ?? null,
      }),
    rejectObject: ({ bucket, key }, version, error) =>
      record("reject_object", {
        bucket,
        key,
        error: error.message,
        metadata: {},
        ...versionParameters(version),
      }),
    async searchContent(question, embedding, options) {
      const found = await callFunction("search_content", {
        query_text: question,
        query_embedding: [...embedding],
        match_count: options.count,
        filter: options.filter ?? {},
        key_prefix: options.keyPrefix ?? null,
        modified_from: options.modifiedFrom ?? null,
        modified_before: options.modifiedBefore ?? null,
        vector_weight: options.vectorWeight ?? 1,
        text_weight: options.textWeight ?? 1,
        neighbour_count: options.neighbours ?? 0,
      });
      return v.parse(matchesSchema, found);
    },
  };
}

function versionParameters(version: ObjectVersion): object {
  const { etag, versionId, modifiedAt, sequencer, seenRevision } = version;
  return {
    etag: etag ?? null,
    version_id: versionId ?? null,
    object_modified_at: modifiedAt,
    sequencer: sequencer ?? null,
    seen_revision: seenRevision ?? null,
  };
}
