import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createCredentials } from "../../function/credentials.ts";

const parameter = { store: "parameter-store", id: "/proofmark/dev/supabase" } as const;
const secret = {
  store: "secrets-manager",
  id: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:proofmark-dev-supabase-AbCdEf",
} as const;
const key = "sb_secret_do_not_print_me";
const value = JSON.stringify({ url: "https://abc.supabase.co", service_key: key });

function sdkError(errorName: string): Error {
  return Object.assign(new Error(errorName), { name: errorName });
}

describe("createCredentials", () => {
  for (const place of [parameter, secret]) {
    it(`reads from ${place.store}, once for all callers`, async () => {
      const asked: unknown[] = [];
      const credentials = createCredentials(async (askedPlace) => {
        asked.push(askedPlace);
        return value;
      }, place);

      const read = await Promise.all([credentials(), credentials()]);
      read.push(await credentials());

      const expected = { url: "https://abc.supabase.co", serviceKey: key };
      assert.deepEqual(read, [expected, expected, expected]);
      assert.deepEqual(asked, [place]);
    });
  }

  it("reads again after a failure, and after it was told to forget", async () => {
    let reads = 0;
    const credentials = createCredentials(async () => {
      reads += 1;
      if (reads === 1) throw sdkError("ThrottlingException");
      return value.replace("abc", `project${reads}`);
    }, parameter);

    await assert.rejects(credentials(), { name: "CredentialsError" });
    assert.equal((await credentials()).url, "https://project2.supabase.co");
    credentials.forget();
    assert.equal((await credentials()).url, "https://project3.supabase.co");
  });

  for (const [place, errorName, advice] of [
    [parameter, "ParameterNotFound", /do not exist\. Check the name and region/],
    [parameter, "AccessDeniedException", /needs ssm:GetParameter on it and kms:Decrypt/],
    [parameter, "InvalidKeyId", /the KMS key is disabled/],
    [parameter, "ThrottlingException", /cannot be read now \(ThrottlingException\)/],
    [secret, "ResourceNotFoundException", /do not exist\. Check the ARN and region/],
    [secret, "AccessDeniedException", /needs secretsmanager:GetSecretValue on it, and kms:Decrypt/],
    [secret, "DecryptionFailure", /the KMS key is disabled/],
    [secret, "InvalidRequestException", /about to be deleted.* restore-secret/],
    [secret, "InternalServiceError", /cannot be read now \(InternalServiceError\)/],
  ] as const) {
    it(`names the place and what to do on ${errorName} from ${place.store}, and keeps the cause`, async () => {
      const cause = sdkError(errorName);
      const credentials = createCredentials(() => Promise.reject(cause), place);

      await assert.rejects(credentials(), (error) => {
        assert.ok(error instanceof Error);
        assert.equal(error.name, "CredentialsError");
        assert.ok(error.message.includes(place.id), error.message);
        assert.match(error.message, advice);
        assert.equal(error.cause, cause);
        return true;
      });
    });
  }

  for (const [what, wrong] of [
    ["no value", undefined],
    ["no JSON", `${key}`],
    ["a bare key", JSON.stringify(key)],
    ["no key", JSON.stringify({ url: "https://abc.supabase.co", key })],
    ["an empty key", JSON.stringify({ url: "https://abc.supabase.co", service_key: "" })],
    [
      "a key of two lines, which no header carries",
      JSON.stringify({ url: "https://abc.supabase.co", service_key: `${key}\n${key}` }),
    ],
    [
      "a url with a password",
      JSON.stringify({ url: `https://a:${key}@abc.supabase.co`, service_key: key }),
    ],
    ["a url that is none", JSON.stringify({ url: key, service_key: key })],
    ["a url without TLS", JSON.stringify({ url: "http://abc.supabase.co", service_key: key })],
  ] as const) {
    it(`refuses ${what}, names the place and shows nothing of what is kept there`, async () => {
      for (const [place, named] of [
        [parameter, /^The Supabase credentials in the SSM parameter \/proofmark/],
        [secret, /^The Supabase credentials in the Secrets Manager secret arn:aws:secretsmanager/],
      ] as const) {
        const credentials = createCredentials(async () => wrong, place);

        await assert.rejects(credentials(), (error) => {
          assert.ok(error instanceof Error);
          assert.match(error.message, named);
          assert.doesNotMatch(inspect(error, { depth: null }), /do_not_print_me/);
          return true;
        });
      }
    });
  }
});
