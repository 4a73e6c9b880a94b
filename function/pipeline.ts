/** One change of one object → the table says what the object says. The six steps, in reading order. */
import { type Chunk, chunkText } from "./chunk.ts";
import { embedChunks } from "./embed.ts";
import { ContentContendedError, isPermanent, ObjectContendedError } from "./errors.ts";
import type { ObjectChange } from "./events.ts";
import type { Embedder } from "./model/embedder.ts";
import { type GetObject, type ObjectVersion, openObject } from "./object.ts";
import { retry } from "./retry.ts";
import type { ObjectMetadata, Recorded, Store } from "./store.ts";
import type { Outcome, Telemetry } from "./telemetry.ts";
import { extractDocument } from "./text/extract.ts";
import type { Time } from "./time.ts";

export interface PipelineClients {
  readonly getObject: GetObject;
  readonly embedder: Embedder;
  readonly store: Store;
  readonly telemetry: Telemetry;
  readonly time: Time;
}

export interface PipelineOptions {
  readonly chunkTokens: number;
  readonly chunkOverlapTokens: number;
  readonly maxObjectBytes: number;
}

/**
 * Brings the table up to date with one object. What the object itself is at fault for is recorded as
 * rejected; anything else is thrown, to be tried again.
 */
export async function ingestObject(
  clients: PipelineClients,
  options: PipelineOptions,
  change: ObjectChange,
): Promise<Outcome> {
  // S3 numbers its own events. What another one's event led to is stored if nothing else was meanwhile.
  if (change.sequencer !== undefined) return ingestPresent(clients, options, change);
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const seenRevision = await clients.store.objectRevision(change);
    const outcome = await ingestPresent(clients, options, change, seenRevision);
    if (outcome.status !== "superseded") return outcome;
  }
  throw new ObjectContendedError(change, maxAttempts);
}

/** How often what others write meanwhile is made good for before the event is retried instead. */
const maxAttempts = 3;

async function ingestPresent(
  clients: PipelineClients,
  options: PipelineOptions,
  change: ObjectChange,
  seenRevision?: number,
): Promise<Outcome> {
  const { getObject, embedder, store, telemetry, time } = clients;
  const absent: ObjectVersion = {
    modifiedAt: change.occurredAt,
    sequencer: change.sequencer,
    etag: undefined,
    versionId: undefined,
    seenRevision,
  };
  let version = absent;
  try {
    // Opened anew for each try: a download that broke off may go on in another version.
    const object = await retry(async () => {
      const opened = await openObject(getObject, change);
      version = opened === undefined ? absent : { ...opened.version, seenRevision };
      if (opened === undefined) return undefined;
      return { ...opened, bytes: await opened.read(options.maxObjectBytes) };
    }, time);
    if (object === undefined) return removed(await store.removeObject(change, version));
    const { bytes } = object;
    telemetry.progressed(change, { stage: "read", bytes: bytes.length });

    const document = await extractDocument(bytes, change.key, object.contentType);
    const { text, structure, ...documentMetadata } = document;
    const metadata = { ...documentMetadata, ...object.labels };
    const { contentType } = metadata;
    telemetry.progressed(change, { stage: "extract", contentType, characters: text.length });

    const chunkOptions = {
      chunkTokens: Math.min(options.chunkTokens, embedder.maxDocumentTokens),
      overlapTokens: options.chunkOverlapTokens,
      countTokens: embedder.countTokens,
    };
    const chunks = chunkText(text, chunkOptions, structure);
    const tokens = chunks.reduce((sum, chunk) => sum + chunk.tokens, 0);
    telemetry.progressed(change, { stage: "chunk", chunks: chunks.length, tokens });

    return await storeChunks(clients, change, version, chunks, tokens, metadata);
  } catch (error) {
    if (!isPermanent(error)) throw error;
    const { outcome } = await store.rejectObject(change, version, error);
    return outcome === "superseded" ? { status: outcome } : { status: "rejected", error };
  }
}

async function storeChunks(
  clients: PipelineClients,
  change: ObjectChange,
  version: ObjectVersion,
  chunks: readonly Chunk[],
  tokens: number,
  metadata: ObjectMetadata,
): Promise<Outcome> {
  const { embedder, store, telemetry } = clients;
  const ids = chunks.map((chunk) => chunk.id);
  const isPlaced = chunks.some(({ place }) => place !== undefined);
  const places = isPlaced ? { places: chunks.map(({ place }) => place ?? {}) } : {};
  const content = { ids, model: embedder.model, ...places };
  let embedded = 0;
  for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
    const known = await store.knownContent([...new Set(ids)], embedder.model);
    const wanted = new Set(ids.filter((id) => !known.has(id)));
    embedded += await embedChunks(clients, change, chunks, wanted, metadata);
    const recorded = await store.replaceObject(change, version, content, metadata);
    if (recorded.outcome === "superseded") return { status: "superseded" };
    if (recorded.outcome !== "incomplete") {
      telemetry.progressed(change, { stage: "store" });
      const isUnchanged = recorded.outcome === "unchanged" && embedded === 0;
      const status = isUnchanged ? "unchanged" : "embedded";
      return { status, chunks: chunks.length, tokens, embedded };
    }
  }
  throw new ContentContendedError(change, maxAttempts);
}

function removed({ outcome }: Recorded): Outcome {
  return { status: outcome === "superseded" ? "superseded" : "removed" };
}
