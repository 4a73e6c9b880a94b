/** The name of an SSM parameter → the Supabase URL and key in it, read once and kept. */
import * as v from "valibot";
import { CredentialsError } from "./errors.ts";
import { type Once, once } from "./once.ts";

export interface Credentials {
  readonly url: string;
  readonly serviceKey: string;
}

/** Gives the parameter's decrypted value; the clients' part, so that no stage imports an SDK. */
export type GetParameter = (name: string) => Promise<string | undefined>;

const credentialsSchema = v.object({
  url: v.pipe(v.string(), v.url()),
  // What a header can carry: fetch would quote any other key in its error, and so in the log.
  service_key: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
});

/** What SSM's errors mean for a person, by their name. */
const ssmProblems: Readonly<Record<string, string>> = {
  ParameterNotFound: "do not exist. Check the name and region; pulumi up makes the parameter.",
  AccessDeniedException:
    "may not be read. The function's role needs ssm:GetParameter on it and kms:Decrypt on its key.",
  InvalidKeyId: "cannot be decrypted: the KMS key is disabled, deleted or out of reach.",
};

/**
 * Makes the reader of the credentials. It is called for each use and asks SSM once; `forget` makes it
 * ask again. It throws {@link CredentialsError}, which names the parameter and never its value.
 */
export function createCredentials(
  getParameter: GetParameter,
  parameterName: string,
): Once<Credentials> {
  return once(async () => {
    const value = await getParameter(parameterName).catch((cause: unknown) => {
      const name = cause instanceof Error ? cause.name : "";
      const problem = ssmProblems[name] ?? `cannot be read now (${name}).`;
      throw new CredentialsError(parameterName, problem, { cause });
    });
    return parseCredentials(parameterName, value ?? "");
  });
}

function parseCredentials(parameterName: string, value: string): Credentials {
  const result = v.safeParse(credentialsSchema, parseJson(value));
  if (!result.success) {
    // No cause: the messages of JSON.parse and of the schema quote the value.
    const expected = '{"url": "https://….supabase.co", "service_key": "…"}';
    throw new CredentialsError(parameterName, `are not JSON of the form ${expected}.`);
  }
  const { url, service_key: serviceKey } = result.output;
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== "https:" && hostname !== "127.0.0.1") {
    throw new CredentialsError(
      parameterName,
      "have a url that is not https://, which would show the key.",
    );
  }
  if (username !== "" || password !== "") {
    throw new CredentialsError(
      parameterName,
      "have a url with a user or a password in it, which every error would show.",
    );
  }
  return { url, serviceKey };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
