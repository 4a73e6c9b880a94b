import assert from "node:assert/strict";
import { inspect } from "node:util";
import { createCredentials } from "../../function/credentials.ts";

const name = "/proofmark/dev/supabase";
const secret = "sb_secret_do_not_print_me";
const value = JSON.stringify({ url: "https://abc.supabase.co", service_key: secret });

function ssmError(errorName: string): Error {
  return Object.assign(new Error(errorName), { name: errorName });
}

describe("createCredentials", () => {
  it("reads the parameter by its name, once for all callers", async () => {
    const asked: string[] = [];
    const credentials = createCredentials(async (parameter) => {
      asked.push(parameter);
      return value;
    }, name);

    const read = await Promise.all([credentials(), credentials()]);
    read.push(await credentials());

    const expected = { url: "https://abc.supabase.co", serviceKey: secret };
    assert.deepEqual(read, [expected, expected, expected]);
    assert.deepEqual(asked, [name]);
  });

  it("reads again after a failure, and after it was told to forget", async () => {
    let reads = 0;
    const credentials = createCredentials(async () => {
      reads += 1;
      if (reads === 1) throw ssmError("ThrottlingException");
      return value.replace("abc", `project${reads}`);
    }, name);

    await assert.rejects(credentials(), { name: "CredentialsError" });
    assert.equal((await credentials()).url, "https://project2.supabase.co");
    credentials.forget();
    assert.equal((await credentials()).url, "https://project3.supabase.co");
  });

  for (const [errorName, advice] of [
    ["ParameterNotFound", /do not exist\. Check the name and region/],
    ["AccessDeniedException", /needs ssm:GetParameter on it and kms:Decrypt/],
    ["InvalidKeyId", /the KMS key is disabled/],
    ["ThrottlingException", /cannot be read now \(ThrottlingException\)/],
  ] as const) {
    it(`names the parameter and what to do on ${errorName}, and keeps the cause`, async () => {
      const cause = ssmError(errorName);
      const credentials = createCredentials(() => Promise.reject(cause), name);

      await assert.rejects(credentials(), (error) => {
        assert.ok(error instanceof Error);
        assert.equal(error.name, "CredentialsError");
        assert.match(error.message, /\/proofmark\/dev\/supabase/);
        assert.match(error.message, advice);
        assert.equal(error.cause, cause);
        return true;
      });
    });
  }

  for (const [what, wrong] of [
    ["no value", undefined],
    ["no JSON", `${secret}`],
    ["a bare key", JSON.stringify(secret)],
    ["no key", JSON.stringify({ url: "https://abc.supabase.co", key: secret })],
    ["an empty key", JSON.stringify({ url: "https://abc.supabase.co", service_key: "" })],
    [
      "a key of two lines, which no header carries",
      JSON.stringify({ url: "https://abc.supabase.co", service_key: `${secret}\n${secret}` }),
    ],
    [
      "a url with a password",
      JSON.stringify({ url: `https://a:${secret}@abc.supabase.co`, service_key: secret }),
    ],
    ["a url that is none", JSON.stringify({ url: secret, service_key: secret })],
    ["a url without TLS", JSON.stringify({ url: "http://abc.supabase.co", service_key: secret })],
  ] as const) {
    it(`refuses ${what}, names the parameter and shows nothing of its value`, async () => {
      const credentials = createCredentials(async () => wrong, name);

      await assert.rejects(credentials(), (error) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, /^The Supabase credentials in the SSM parameter \/proofmark/);
        assert.doesNotMatch(inspect(error, { depth: null }), /do_not_print_me/);
        return true;
      });
    });
  }
});
