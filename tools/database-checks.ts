/** What the functions need of Supabase: that it answers, that the key may do all, and the schema, closed to others. */
import { StoreKeyError, StoreUnavailableError } from "../function/errors.ts";
import { readMigrations } from "../supabase/migrations.ts";
import { modelDimensions } from "../supabase/model-dimensions.ts";
import { type Check, CheckFailedError } from "./checks.ts";
import type { Facts, SchemaState } from "./facts.ts";
import { findKeyMistake } from "./service-key.ts";

async function readState({ schemaState }: Facts): Promise<SchemaState> {
  const state = await schemaState();
  if (state instanceof Error) throw state;
  return state;
}

const supabase: Check<Facts> = {
  name: "Supabase",
  needs: ["Settings"],
  async run({ credentials, schemaState }) {
    const { url } = await credentials();
    const state = await schemaState();
    if (state instanceof StoreUnavailableError) throw state;
    return url;
  },
};

const serviceKey: Check<Facts> = {
  name: "Service key",
  needs: [supabase.name],
  async run({ credentials, schemaState }) {
    const mistake = findKeyMistake((await credentials()).serviceKey);
    if (mistake !== undefined) {
      throw new CheckFailedError(`${mistake} Then: pulumi config set --secret supabaseServiceKey`);
    }
    const state = await schemaState();
    if (state instanceof StoreKeyError) throw state;
    // Without the schema nothing says more of the key than that it was accepted.
    if (state instanceof Error) return "accepted";
    if (!state.bypasses_rls) {
      throw new CheckFailedError(
        `It acts as role ${state.role}, which row level security stops. Take the service-role (secret) key.`,
      );
    }
    return `accepted, acts as ${state.role}`;
  },
};

const schema: Check<Facts> = {
  name: "Schema",
  needs: [serviceKey.name],
  async run(facts) {
    const { version, dimensions, pgvector, objects } = await readState(facts);
    const { model } = await facts.settings();
    const wanted = await modelDimensions(model);
    const newest = (await readMigrations(wanted)).at(-1)?.version ?? "";
    if (version < newest) {
      throw new CheckFailedError(
        `It is of version ${version}, and this is ${newest}. Run: npm run migrate -- --model ${model}`,
      );
    }
    if (version > newest) {
      throw new CheckFailedError(
        `It is of version ${version}, and this checkout is of ${newest}. Update the checkout: git pull`,
      );
    }
    const missing = objects.filter(({ present }) => !present).map(nameOf);
    if (missing.length > 0) {
      throw new CheckFailedError(
        `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} gone. ` +
          "Apply supabase/migrations/ again, to a database without the rest of it.",
      );
    }
    if (dimensions !== wanted) {
      throw new CheckFailedError(
        `content_embeddings holds vectors of ${dimensions} dimensions and ${model} gives ${wanted}. ` +
          "Set the model that the table was made for, or make the table for this one: npm run schema -- --model MODEL",
      );
    }
    return `version ${version}, ${dimensions} dimensions, pgvector ${pgvector}`;
  },
};

const access: Check<Facts> = {
  name: "Access",
  needs: [schema.name],
  async run(facts) {
    const { objects, role } = await readState(facts);
    const problems = objects.flatMap((object) => {
      const on = `on ${object.kind} public.${object.name}`;
      const { kind, name, granted, rls, exposed_to } = object;
      return [
        ...(kind === "table" && rls !== true
          ? [`alter table public.${name} enable row level security;`]
          : []),
        ...(exposed_to.length > 0
          ? [`revoke all ${on} from public, ${exposed_to.join(", ")};`]
          : []),
        ...(granted === true ? [] : [`grant ${rightsOn(kind)} ${on} to ${role};`]),
      ];
    });
    if (problems.length > 0) {
      throw new CheckFailedError(
        `What is stored is not for the service role alone. In Supabase's SQL editor:\n${problems.join("\n")}`,
      );
    }
    return `row level security on, ${objects.length} tables and functions for ${role} alone`;
  },
};

function nameOf({ kind, name }: SchemaState["objects"][number]): string {
  return `${kind} ${name}`;
}

function rightsOn(kind: SchemaState["objects"][number]["kind"]): string {
  return kind === "table" ? "select, insert, update, delete" : "execute";
}

export const databaseChecks: readonly Check<Facts>[] = [supabase, serviceKey, schema, access];
