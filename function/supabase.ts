/** The name of an SQL function and its arguments → what it returned, through Supabase's Data API. */
import { PostgrestClient } from "@supabase/postgrest-js";
import type { Credentials } from "./credentials.ts";
import {
  DimensionMismatchError,
  SchemaMissingError,
  StoreError,
  StoreKeyError,
  StoreUnavailableError,
} from "./errors.ts";
import { type Once, once } from "./once.ts";

export type CallFunction = (name: string, parameters: object) => Promise<unknown>;

/** Longer than any statement may take (60 s): only a connection gone silent is given up. */
const requestTimeoutMilliseconds = 75_000;

/**
 * Connects to Supabase at the first call. Where the key is refused, the credentials are read once more and
 * the call repeated, so that a rotated key needs no redeploy.
 * The function it returns throws {@link StoreUnavailableError}, {@link StoreKeyError},
 * {@link SchemaMissingError}, {@link DimensionMismatchError} or {@link StoreError}.
 */
export function connectSupabase(
  credentials: Once<Credentials>,
  request: typeof fetch = fetch,
): CallFunction {
  // The client gives the status of an answer and not its headers: they are kept by the call's signal.
  const pauses = new WeakMap<AbortSignal, number>();
  const connection = once(async () => {
    const { url, serviceKey } = await credentials();
    const client = createDataApiClient(url, serviceKey, async (input, init) => {
      const response = await request(input, init);
      if (init?.signal) pauses.set(init.signal, readRetryAfter(response.headers));
      return response;
    });
    return { url, client };
  });

  async function callOnce(name: string, parameters: object): Promise<unknown> {
    const { url, client } = await connection();
    const signal = AbortSignal.timeout(requestTimeoutMilliseconds);
    const { data, error, status } = await client.rpc(name, parameters).abortSignal(signal);
    if (error === null) return data;
    throw storeError(name, url, { ...error, status, retryAfterMilliseconds: pauses.get(signal) });
  }

  return async (name, parameters) => {
    try {
      return await callOnce(name, parameters);
    } catch (error) {
      if (!(error instanceof StoreKeyError && error.httpStatus === 401)) throw error;
      credentials.forget();
      connection.forget();
      return await callOnce(name, parameters);
    }
  };
}

/**
 * A client of the Data API, as supabase-js makes one of this package, with the same headers: without those of the
 * APIs beside it there are 200 KB less to load at each start.
 */
export function createDataApiClient(
  url: string,
  serviceKey: string,
  request: typeof fetch = fetch,
): PostgrestClient {
  return new PostgrestClient(new URL("rest/v1", url).href, {
    headers: { apikey: serviceKey, authorization: `Bearer ${serviceKey}` },
    fetch: request,
  });
}

/** Whole seconds, as gateways send it; the other form, a date, is left to the back-off. */
function readRetryAfter(headers: Headers): number {
  const seconds = headers.get("retry-after") ?? "";
  return /^\d+$/.test(seconds) ? Number(seconds) * 1_000 : 0;
}

/** What PostgREST answers with; from a gateway in front of it comes only text, and no code. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly details?: string;
  readonly retryAfterMilliseconds?: number | undefined;
}

/** Names the situation behind a refusal. https://docs.postgrest.org/en/stable/references/errors.html */
export function storeError(operation: string, url: string, refusal: Refusal): Error {
  const { status, message, code = "", details = "" } = refusal;
  const problem = describe(message, details);
  if (status === 401 || code === "42501") return new StoreKeyError(operation, url, problem, status);
  if (status === 0 || status === 408 || status === 429 || status >= 500) {
    const { retryAfterMilliseconds } = refusal;
    return new StoreUnavailableError(operation, url, status, problem, retryAfterMilliseconds);
  }
  // PGRST202 and PGRST205: not in the schema cache; 42P01, 42883: not in the database.
  if (["PGRST202", "PGRST205", "42P01", "42883"].includes(code)) {
    return new SchemaMissingError(operation, url, problem);
  }
  const dimensions = /expected (\d+) dimensions, not (\d+)/.exec(message);
  if (dimensions !== null) {
    return new DimensionMismatchError(Number(dimensions[1]), Number(dimensions[2]));
  }
  return new StoreError(operation, url, code || `HTTP ${status}`, problem);
}

/** One short line: a gateway answers with a page, and fetch hides what happened in a cause. */
function describe(message: string, details: string): string {
  const cause = /Caused by: (.*)/.exec(details)?.[1];
  const line = (cause === undefined ? message : `${message}: ${cause}`).replaceAll(/\s+/g, " ");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
