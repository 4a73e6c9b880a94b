/** Environment variables, and a person where there is one → what a new stack has to be told. */
import { findKeyMistake } from "./service-key.ts";

export interface Answers {
  readonly supabaseUrl: string;
  readonly supabaseServiceKey: string;
  readonly region: string;
  readonly bucket: string;
}

/** Asks one question at a terminal. `validate` gives what is wrong with an answer, or nothing. */
export interface Person {
  askText(message: string, suggestion: string): Promise<string>;
  /** What is typed is not shown. */
  askSecret(message: string, validate: (answer: string) => string | undefined): Promise<string>;
}

export class MissingAnswersError extends Error {
  override readonly name = "MissingAnswersError";
  readonly variables: readonly string[];
  constructor(variables: readonly string[]) {
    super(
      `There is no terminal to ask at, and ${variables.join(" and ")} ${variables.length === 1 ? "is" : "are"} not set. ` +
        `Set ${Object.values(variableNames).join(", ")}; EMBEDDING_BUCKET is optional.`,
    );
    this.variables = variables;
  }
}

export class UnsuitableKeyError extends Error {
  override readonly name = "UnsuitableKeyError";
  constructor(mistake: string) {
    super(`SUPABASE_SERVICE_KEY cannot be the functions' key. ${mistake}`);
  }
}

const variableNames = {
  supabaseUrl: "SUPABASE_URL",
  supabaseServiceKey: "SUPABASE_SERVICE_KEY",
  region: "AWS_REGION",
} as const;

/**
 * Takes each answer from its variable, else from the person.
 * @param suggestions what the stack has already, or what would do
 */
export async function collectAnswers(
  variables: Readonly<Record<string, string | undefined>>,
  person: Person | undefined,
  suggestions: Omit<Answers, "supabaseServiceKey">,
): Promise<Answers> {
  const given = (name: string) => variables[name] || undefined;
  const text = async (name: string, message: string, suggestion: string) =>
    given(name) ?? (await person?.askText(message, suggestion)) ?? suggestion;

  const supabaseUrl = await text(
    variableNames.supabaseUrl,
    "Address of the Supabase project",
    suggestions.supabaseUrl,
  );
  return {
    supabaseUrl,
    supabaseServiceKey:
      given(variableNames.supabaseServiceKey) ??
      (await person?.askSecret("Its secret key (sb_secret_…)", findKeyMistake)) ??
      "",
    region: await text(variableNames.region, "AWS region", suggestions.region),
    bucket: await text("EMBEDDING_BUCKET", "Bucket for the documents", suggestions.bucket),
  };
}

/**
 * Looks at the variables before anything is begun that would have to be given up.
 * @throws {MissingAnswersError} naming every variable that is not set, where there is nobody to ask
 * @throws {UnsuitableKeyError}
 */
export function requireAnswers(
  variables: Readonly<Record<string, string | undefined>>,
  person: Person | undefined,
): void {
  const missing = Object.values(variableNames).filter((name) => !variables[name]);
  if (person === undefined && missing.length > 0) throw new MissingAnswersError(missing);
  const key = variables[variableNames.supabaseServiceKey];
  const mistake = key ? findKeyMistake(key) : undefined;
  if (mistake !== undefined) throw new UnsuitableKeyError(mistake);
}
