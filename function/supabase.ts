/** The name of an SQL function and its arguments → what it returned, through Supabase's Data API. */
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
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
export function connectSupabase(credentials: Once<Credentials>): CallFunction {
  const connection = once(async () => {
    const { url, serviceKey } = await credentials();
    return { url, client: createSupabaseClient(url, serviceKey) };
  });

  async function callOnce(name: string, parameters: object): Promise<unknown> {
    const { url, client } = await connection();
    const { data, error, status } = await client.rpc(name, parameters);
    if (error !== null) throw storeError(name, url, { ...error, status });
    return data;
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

function createSupabaseClient(url: string, serviceKey: string): SupabaseClient {
  return createClient(url, serviceKey, {
    auth: { persistSession: false, autoRefreshToken: false },
    global: {
      fetch: (input, init) =>
        fetch(input, { ...init, signal: AbortSignal.timeout(requestTimeoutMilliseconds) }),
    },
  });
}

/** What PostgREST answers with; from a gateway in front of it comes only text, and no code. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly code?: string;
  readonly details?: string;
}

/** Names the situation behind a refusal. https://docs.postgrest.org/en/stable/references/errors.html */
export function storeError(operation: string, url: string, refusal: Refusal): Error {
  const { status, message, code = "", details = "" } = refusal;
  const problem = describe(message, details);
  if (status === 401 || code === "42501") return new StoreKeyError(operation, url, problem, status);
  if (status === 0 || status === 408 || status === 429 || status >= 500) {
    return new StoreUnavailableError(operation, url, status, problem);
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
