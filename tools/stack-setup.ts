/** A stack's name and the answers → the stack, with its configuration written. */
import { randomBytes } from "node:crypto";
import { type PlainSettings, parseSettings } from "../infra/settings-schema.ts";
import { type Answers, collectAnswers, type Person, requireAnswers } from "./answers.ts";
import type { Pulumi } from "./pulumi.ts";
import { project, readConfiguration, type StackConfiguration, shortName } from "./stack.ts";

export class UnusableAnswersError extends Error {
  override readonly name = "UnusableAnswersError";
  readonly mistakes: readonly string[];
  constructor(stack: string, mistakes: readonly string[]) {
    super(
      `Stack ${stack} cannot have these settings, and nothing of them was written:\n` +
        mistakes.map((mistake) => `  ${mistake}`).join("\n"),
    );
    this.mistakes = mistakes;
  }
}

/**
 * Makes the stack where it is not there, selects it, and writes what the person or the variables say.
 * Buckets that it has already are kept unless EMBEDDING_BUCKET names another first one.
 * @throws {MissingAnswersError} and {@link UnsuitableKeyError} before a stack is made
 * @throws {UnusableAnswersError} before a setting is written
 */
export async function setUpStack(
  stack: string,
  clients: {
    readonly pulumi: Pulumi;
    readonly variables: Readonly<Record<string, string | undefined>>;
    readonly person: Person | undefined;
  },
): Promise<PlainSettings> {
  const { pulumi, variables, person } = clients;
  requireAnswers(variables, person);
  await pulumi(["stack", "select", "--create", stack]);
  const before = await readConfiguration(pulumi, stack, { showSecrets: false });
  const answers = await collectAnswers(variables, person, suggestAnswers(before, stack));

  const buckets = withFirstBucket(before.values[`${project}:buckets`], answers.bucket);
  const parsed = parseSettings(
    {
      ...before.values,
      [`${project}:supabaseUrl`]: answers.supabaseUrl,
      [`${project}:supabaseServiceKey`]: answers.supabaseServiceKey,
      [`${project}:buckets`]: JSON.stringify(buckets),
    },
    { project, stack: shortName(stack) },
  );
  if ("mistakes" in parsed) throw new UnusableAnswersError(stack, parsed.mistakes);
  await writeConfiguration(pulumi, stack, answers);
  return parsed.settings;
}

function suggestAnswers(
  { values }: StackConfiguration,
  stack: string,
): Omit<Answers, "supabaseServiceKey"> {
  const [bucket] = parseBuckets(values[`${project}:buckets`]);
  const environment = values[`${project}:environment`] || shortName(stack);
  // A bucket's name is taken for everybody in the world.
  const suffix = randomBytes(4).toString("hex");
  return {
    supabaseUrl: values[`${project}:supabaseUrl`] ?? "",
    region: values["aws:region"] ?? "",
    bucket:
      bucket?.name ?? `${values[`${project}:projectName`]}-${environment}-documents-${suffix}`,
  };
}

interface Bucket {
  readonly name: string;
}

function parseBuckets(json = "[]"): readonly Bucket[] {
  const value: unknown = JSON.parse(json || "[]");
  return Array.isArray(value) ? value : [];
}

function withFirstBucket(json: string | undefined, name: string): readonly Bucket[] {
  const [first, ...others] = parseBuckets(json);
  return [{ ...first, name }, ...others];
}

async function writeConfiguration(
  pulumi: Pulumi,
  stack: string,
  { supabaseUrl, supabaseServiceKey, region, bucket }: Answers,
): Promise<void> {
  const set = (path: string, value: string) =>
    pulumi(["config", "set", "--stack", stack, "--plaintext", "--path", path, value]);
  await set("aws:region", region);
  await set("supabaseUrl", supabaseUrl);
  await set("buckets[0].name", bucket);
  await pulumi(
    ["config", "set", "--stack", stack, "--secret", "supabaseServiceKey"],
    supabaseServiceKey,
  );
}
