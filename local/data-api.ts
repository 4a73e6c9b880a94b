/** A request for `/rest/v1/rpc/NAME` or a table's rows → what Supabase's Data API answers to it, from a database. */
import { parseSelection } from "./data-api-selection.ts";
import type { Answer } from "./serve.ts";

type Query = <Row>(sql: string, parameters?: unknown[]) => Promise<{ rows: Row[] }>;

/** What is used of a database: Database has it, and a pool of connections can. */
export interface Database {
  readonly query: Query;
  transaction<T>(run: (transaction: { readonly query: Query }) => Promise<T>): Promise<T>;
}

interface SqlFunction {
  readonly returnsSet: boolean;
  readonly returnsVoid: boolean;
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
}

/** HTTP statuses by SQLSTATE; any other is 400. https://docs.postgrest.org/en/stable/references/errors.html */
const statuses: Readonly<Record<string, number>> = {
  "42501": 403,
  "42883": 404,
  "42P01": 404,
  "40001": 500,
  "40P01": 500,
  "57014": 500,
  "53300": 503,
};

/**
 * Answers as PostgREST does behind Supabase's gateway: the key decides, arguments go by name, each call is one
 * transaction of role `service_role`.
 */
export function createDataApi(database: Database, serviceKey: string): Answer {
  /** As PostgREST's schema cache: what was found once is not looked for again. */
  const found = new Map<string, SqlFunction>();

  return async (request) => {
    if (request.headers.get("apikey") !== serviceKey) {
      return Response.json({ message: "Invalid API key" }, { status: 401 });
    }
    const url = new URL(request.url);
    const selection = request.method === "GET" ? parseSelection(url) : undefined;
    if (selection !== undefined) {
      const { sql, parameters } = selection;
      return runAsService(database, sql, parameters).then(answerJson, refusal);
    }
    const name = /^\/rest\/v1\/rpc\/(\w+)$/.exec(url.pathname)?.[1];
    if (request.method !== "POST" || name === undefined) {
      const message = "Only POST /rest/v1/rpc/NAME and GET /rest/v1/TABLE are served here";
      return Response.json({ message }, { status: 404 });
    }
    const body = await request.text();
    const given = Object.keys(JSON.parse(body));
    const signature = `${name}(${given})`;
    try {
      const called = found.get(signature) ?? (await findFunction(database, name, given));
      if (called === undefined) {
        const message = `Could not find the function public.${name} in the schema cache`;
        return Response.json({ code: "PGRST202", message }, { status: 404 });
      }
      found.set(signature, called);
      const result = await callFunction(database, name, called, body);
      if (called.returnsVoid) return new Response(null, { status: 204 });
      return answerJson(result);
    } catch (error) {
      return refusal(error);
    }
  };
}

/** The function of this name that takes all these arguments, with the types of those that are given. */
async function findFunction(
  database: Database,
  name: string,
  given: readonly string[],
): Promise<SqlFunction | undefined> {
  const { rows } = await database.query<{
    returns_set: boolean;
    returns_void: boolean;
    names: string[];
    types: string[];
  }>(
    `select p.proretset as returns_set, p.prorettype = 'void'::regtype as returns_void,
       coalesce(p.proargnames[1:p.pronargs], '{}') as names,
       array(select format_type(t, null) from unnest(p.proargtypes) with ordinality as a (t, n) order by n) as types
     from pg_proc p
     where p.pronamespace = 'public'::regnamespace and p.proname = $1
       and coalesce(p.proargnames[1:p.pronargs], '{}') @> $2`,
    [name, given],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const parameters = row.names
    .map((parameter, index) => ({ name: parameter, type: row.types[index] ?? "text" }))
    .filter((parameter) => given.includes(parameter.name));
  return { returnsSet: row.returns_set, returnsVoid: row.returns_void, parameters };
}

/** Reads the arguments from the body's JSON by their types, as PostgREST does, and gives JSON. */
async function callFunction(
  database: Database,
  name: string,
  { returnsSet, parameters }: SqlFunction,
  body: string,
): Promise<string> {
  const columns = parameters
    .map(({ name: parameter, type }) => `"${parameter}" ${type}`)
    .join(", ");
  const call = `public.${name}(${parameters.map((p) => `"${p.name}" => body."${p.name}"`).join(", ")})`;
  // Without arguments there is no column, which a record must have.
  const from =
    columns === "" ? "(select $1::json) as body" : `json_to_record($1) as body (${columns})`;
  const select = returnsSet
    ? `select coalesce(json_agg(called), '[]') from ${from}, lateral ${call} as called`
    : `select to_json(${call}) from ${from}`;
  return runAsService(database, select, [body]);
}

/** Gives what the query, of one row and column, gives as JSON. */
function runAsService(database: Database, sql: string, parameters: unknown[]): Promise<string> {
  return database.transaction(async (transaction) => {
    await transaction.query("set local role service_role");
    const { rows } = await transaction.query<{ result: string }>(
      `select (${sql})::text as result`,
      parameters,
    );
    return rows[0]?.result ?? "null";
  });
}

function answerJson(json: string): Response {
  return new Response(json, { headers: { "content-type": "application/json" } });
}

function refusal(error: unknown): Response {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && "code" in error ? String(error.code) : "XX000";
  return Response.json({ code, message }, { status: statuses[code] ?? 400 });
}
