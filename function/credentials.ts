/** The place of the credentials → the Supabase URL and key in it, read once and kept. */
import * as v from "valibot";
import { CredentialsError, type CredentialsPlace } from "./errors.ts";
import { type Once, once } from "./once.ts";

export interface Credentials {
  readonly url: string;
  readonly serviceKey: string;
}

/** Gives the decrypted text of a parameter or secret; the clients' part, so that no stage imports an SDK. */
export type ReadPlace = (place: CredentialsPlace) => Promise<string | undefined>;

const credentialsSchema = v.object({
  url: v.pipe(v.string(), v.url()),
  // What a header can carry: fetch would quote any other key in its error, and so in the log.
  service_key: v.pipe(v.string(), v.regex(/^[\x21-\x7e]+$/)),
});

const undecryptable = "cannot be decrypted: the KMS key is disabled, deleted or out of reach.";

/** What the services' errors mean for a person, by their name. */
const problems: Readonly<Record<CredentialsPlace["store"], Readonly<Record<string, string>>>> = {
  "parameter-store": {
    ParameterNotFound: "do not exist. Check the name and region; pulumi up makes the parameter.",
    AccessDeniedException:
      "may not be read. The function's role needs ssm:GetParameter on it and kms:Decrypt on its key.",
    InvalidKeyId: undecryptable,
  },
  "secrets-manager": {
    ResourceNotFoundException:
      "do not exist. Check the ARN and region; pulumi up makes the secret and its value.",
    AccessDeniedException:
      "may not be read. The function's role needs secretsmanager:GetSecretValue on it, " +
      "and kms:Decrypt on its key where that is your own.",
    DecryptionFailure: undecryptable,
    InvalidRequestException:
      "are about to be deleted. aws secretsmanager restore-secret keeps them; pulumi up makes others.",
  },
};

/**
 * Makes the reader of the credentials. It is called for each use and reads the place once; `forget` makes it
 * read again. It throws {@link CredentialsError}, which names the place and never what is kept there.
 */
export function createCredentials(
  readPlace: ReadPlace,
  place: CredentialsPlace,
): Once<Credentials> {
  return once(async () => {
    const value = await readPlace(place).catch((cause: unknown) => {
      const name = cause instanceof Error ? cause.name : "";
      const problem = problems[place.store][name] ?? `cannot be read now (${name}).`;
      throw new CredentialsError(place, problem, { cause });
    });
    return parseCredentials(place, value ?? "");
  });
}

function parseCredentials(place: CredentialsPlace, value: string): Credentials {
  const result = v.safeParse(credentialsSchema, parseJson(value));
  if (!result.success) {
    // No cause: the messages of JSON.parse and of the schema quote the value.
    const expected = '{"url": "https://….supabase.co", "service_key": "…"}';
    throw new CredentialsError(place, `are not JSON of the form ${expected}.`);
  }
  const { url, service_key: serviceKey } = result.output;
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== "https:" && hostname !== "127.0.0.1") {
    throw new CredentialsError(place, "have a url that is not https://, which would show the key.");
  }
  if (username !== "" || password !== "") {
    throw new CredentialsError(
      place,
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
