import assert from "node:assert/strict";
import { arn, type Request, simulate } from "./policy-simulation.ts";
import { recordProgram } from "./recorded-program.ts";
import type { RecordedResource } from "./recording.ts";

const SECRET = arn("secretsmanager", "secret:proofmark-dev-supabase-1a2b3c4-AbCdEf");

const both = (request: Omit<Request, "who">): Request[] => [
  { ...request, who: "ingest" },
  { ...request, who: "search" },
];

const ALLOWED: readonly Request[] = [
  ...both({ action: "secretsmanager:GetSecretValue", resource: SECRET }),
];

const DENIED: readonly Request[] = [
  ...both({
    action: "secretsmanager:GetSecretValue",
    resource: arn("secretsmanager", "secret:proofmark-live-supabase-1a2b3c4-AbCdEf"),
    note: "another stack's",
  }),
  ...both({
    action: "secretsmanager:GetSecretValue",
    resource: SECRET.replace("123456789012", "999999999999"),
    note: "another account's",
  }),
  ...both({ action: "secretsmanager:PutSecretValue", resource: SECRET }),
  ...both({ action: "secretsmanager:DeleteSecret", resource: SECRET }),
  ...both({ action: "secretsmanager:ListSecrets", resource: "*" }),
  ...both({
    action: "ssm:GetParameter",
    resource: arn("ssm", "parameter/proofmark/dev/supabase"),
  }),
];

describe("the policies of the program, with the credentials in Secrets Manager", () => {
  let resources: readonly RecordedResource[];
  before(async () => {
    ({ resources } = await recordProgram({ credentialsStore: "secrets-manager" }));
  });

  it("allow both functions to read this secret, and nothing next to it", async () => {
    assert.deepEqual(await simulate(resources, { allowed: ALLOWED, denied: DENIED }), []);
  });
});
