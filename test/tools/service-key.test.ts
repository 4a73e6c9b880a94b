import assert from "node:assert/strict";
import fc from "fast-check";
import { findKeyMistake } from "../../tools/service-key.ts";

function jwt(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.c2lnbmF0dXJl`;
}

describe("findKeyMistake", () => {
  for (const key of ["sb_secret_6f1d2c", jwt({ iss: "supabase", role: "service_role" })]) {
    it(`finds nothing wrong with ${key.slice(0, 10)}…`, () => {
      assert.equal(findKeyMistake(key), undefined);
    });
  }

  for (const [key, mistake] of [
    ["sb_publishable_6f1d2c", /^It is the publishable key\./],
    [jwt({ iss: "supabase", role: "anon" }), /^It is the key of role anon\./],
    [jwt({ iss: "supabase" }), /^It is neither/],
    ["a.b.c", /^It is neither/],
    ["", /^It is neither/],
  ] as const) {
    it(`says of ${key.slice(0, 10) || "nothing"} what it is and which key to take`, () => {
      const found = findKeyMistake(key) ?? assert.fail("nothing was found");

      assert.match(found, mistake);
      assert.match(found, /Take the secret key \(sb_secret_…\) from the project's API keys\.$/);
    });
  }

  it("repeats nothing of any key", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_]{12,40}$/), (key) => {
        assert.ok(!findKeyMistake(key)?.includes(key));
        assert.ok(!findKeyMistake(`${key}.${key}.${key}`)?.includes(key));
      }),
    );
  });
});
