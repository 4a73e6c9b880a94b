/** A match's metadata → which chunk of its document it is. */
import type { Match } from "../function/store.ts";

export interface ChunkPlace {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** What the metadata does not tell is the only chunk. */
export function readChunkPlace({ chunk }: Match["metadata"]): ChunkPlace {
  const place: object = typeof chunk === "object" && chunk !== null ? chunk : {};
  return {
    index: "index" in place ? Number(place.index) : 0,
    count: "count" in place ? Number(place.count) : 1,
  };
}
