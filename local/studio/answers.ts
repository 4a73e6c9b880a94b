/** What the studio's server and its page tell each other, as JSON. */
import type { Question } from "../../function/question.ts";
import type { Match } from "../../function/store.ts";
import type { Outcome, Progress } from "../../function/telemetry.ts";

/** `GET /objects`: what is in the bucket. */
export interface ObjectsAnswer {
  readonly model: { readonly id: string; readonly dimensions: number };
  /** In the order of their keys. */
  readonly objects: readonly ObjectRow[];
}

/** One row of source_objects. */
export interface ObjectRow {
  readonly key: string;
  readonly status: "embedded" | "rejected";
  /** Why it was rejected. */
  readonly error: string | null;
  readonly contentType: string | null;
  readonly chunks: number;
}

/** `GET /events`: one message for each thing that the pipeline tells of an object. */
export type ProgressMessage =
  | { readonly type: "begun"; readonly key: string }
  | { readonly type: "progressed"; readonly key: string; readonly progress: Progress }
  | {
      readonly type: "ended";
      readonly key: string;
      readonly status: Outcome["status"] | "failed";
      /** Of a rejection or a failure. */
      readonly reason?: string;
    };

/** `POST /search`: what the deployed search takes … */
export type SearchRequest = Question;

/** … and gives. */
export interface SearchAnswer {
  readonly matches: readonly Match[];
}

/** `GET /map`: the documents in the plane in which they differ most. */
export interface MapAnswer {
  readonly points: readonly MapPoint[];
  /** How much of all the differences between the documents each axis shows, from 0 to 1. */
  readonly shares: readonly [number, number];
  /** How many documents there are beside those in `points`. */
  readonly left: number;
}

export interface MapPoint {
  readonly key: string;
  /** Both axes in one unit; the documents' centre is 0, 0. */
  readonly x: number;
  readonly y: number;
  /** The documents most like it, best first. */
  readonly nearest: readonly { readonly key: string; readonly similarity: number }[];
}

/** Of any request that is not answered otherwise. */
export interface ErrorAnswer {
  readonly error: string;
}
