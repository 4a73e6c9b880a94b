/** A stack's name and the clients → what the checks ask about, each asked for once. */
import * as v from "valibot";
import type { Credentials } from "../function/credentials.ts";
import { type Once, once } from "../function/once.ts";
import type { CallFunction } from "../function/supabase.ts";
import { type PlainSettings, parseSettings } from "../infra/settings-schema.ts";
import { CheckFailedError } from "./checks.ts";
import type { Pulumi } from "./pulumi.ts";
import {
  type AwsTarget,
  project,
  readConfiguration,
  type StackConfiguration,
  shortName,
} from "./stack.ts";

export interface Clients {
  readonly pulumi: Pulumi;
  /** The number of the account whose credentials are found. */
  readonly identifyAccount: (target: AwsTarget) => Promise<string>;
  readonly connectSupabase: (credentials: Credentials) => CallFunction;
  /** AWS_REGION, for a stack that sets none. */
  readonly environmentRegion: string | undefined;
  /** Where `npm run build` writes. */
  readonly distFolder: string;
}

const schemaStateSchema = v.object({
  version: v.string(),
  role: v.string(),
  bypasses_rls: v.boolean(),
  dimensions: v.nullable(v.number()),
  pgvector: v.nullable(v.string()),
  objects: v.array(
    v.object({
      kind: v.picklist(["table", "function"]),
      name: v.string(),
      present: v.boolean(),
      rls: v.nullable(v.boolean()),
      granted: v.nullable(v.boolean()),
      exposed_to: v.array(v.string()),
    }),
  ),
});
/** What `schema_state()` says; its migration has the meaning of each. */
export type SchemaState = v.InferOutput<typeof schemaStateSchema>;

export interface Facts {
  readonly stack: string;
  readonly clients: Clients;
  readonly configuration: Once<StackConfiguration>;
  readonly settings: Once<PlainSettings>;
  readonly credentials: Once<Credentials>;
  /** The state, or why Supabase does not give it: several checks ask for either. */
  readonly schemaState: Once<SchemaState | Error>;
}

export function createFacts(stack: string, clients: Clients): Facts {
  const configuration = once(() => readConfiguration(clients.pulumi, stack, { showSecrets: true }));
  const settings = once(async () => {
    const { values } = await configuration();
    const parsed = parseSettings(values, { project, stack: shortName(stack) });
    if ("mistakes" in parsed) throw new CheckFailedError(parsed.mistakes.join("\n"));
    return parsed.settings;
  });
  const credentials = once(async () => {
    const { values } = await configuration();
    const { supabaseUrl } = await settings();
    return { url: supabaseUrl, serviceKey: values[`${project}:supabaseServiceKey`] ?? "" };
  });
  const schemaState = once(async () => {
    const callFunction = clients.connectSupabase(await credentials());
    return callFunction("schema_state", {}).then(
      (state) => v.parse(schemaStateSchema, state),
      (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
    );
  });
  return { stack, clients, configuration, settings, credentials, schemaState };
}
