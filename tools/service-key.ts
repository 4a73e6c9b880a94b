/** A Supabase key → what is wrong with it as the key of the function, without asking Supabase. */
import * as v from "valibot";

const claimsSchema = v.object({ role: v.string() });

/**
 * Gives nothing for a secret key and for a legacy service_role key; otherwise what the key is instead.
 * https://supabase.com/docs/guides/api/api-keys
 */
export function findKeyMistake(key: string): string | undefined {
  const advice = "Take the secret key (sb_secret_…) from the project's API keys.";
  if (key.startsWith("sb_secret_")) return undefined;
  if (key.startsWith("sb_publishable_")) return `It is the publishable key. ${advice}`;
  const role = roleOf(key);
  if (role === "service_role") return undefined;
  if (role !== undefined) return `It is the key of role ${role}. ${advice}`;
  return `It is neither sb_secret_… nor a legacy service_role key. ${advice}`;
}

/** The legacy keys are JWTs, which name their role. The signature is for Supabase to check. */
function roleOf(key: string): string | undefined {
  const [, payload, ...rest] = key.split(".");
  if (payload === undefined || rest.length !== 1) return undefined;
  try {
    return v.parse(claimsSchema, JSON.parse(Buffer.from(payload, "base64url").toString())).role;
  } catch {
    // Not a JWT after all; its text is a credential and goes into no message.
    return undefined;
  }
}
