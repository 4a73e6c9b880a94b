import assert from "node:assert/strict";
import { keyPolicyStatements } from "../../infra/key-policy.ts";
import { createFacts } from "../../tools/facts.ts";
import { keyStatements } from "../../tools/key-statements.ts";
import { createPulumiStub } from "./pulumi-stub.ts";

const VALUES = {
  "aws:region": "eu-west-1",
  "embedding-processor:supabaseUrl": "https://abcdefgh.supabase.co",
  "embedding-processor:buckets": '[{"name":"acme-documents"}]',
};

function factsOf(values: Readonly<Record<string, string>>) {
  const { pulumi } = createPulumiStub("dev", values, {
    "embedding-processor:supabaseServiceKey": "sb_secret_6f1d2c",
  });
  return createFacts("dev", {
    pulumi,
    identifyAccount: async () => "123456789012",
    connectSupabase: () => () => Promise.reject(new Error("Nobody asks Supabase")),
    environmentRegion: undefined,
    distFolder: "dist",
  });
}

describe("npm run key-policy", () => {
  it("gives the statements of a key that the program makes, for this stack, account and region", async () => {
    const statements = await keyStatements(
      factsOf({ ...VALUES, "embedding-processor:alarmEmail": "ops@example.com" }),
    );

    assert.deepEqual(
      statements,
      keyPolicyStatements({
        bucketNames: ["acme-documents"],
        topicName: "proofmark-dev-s3-file-upload-notifications",
        alarmsTopicName: "proofmark-dev-embedding-alarms",
        target: { accountId: "123456789012", region: "eu-west-1", partition: "aws" },
      }),
    );
  });

  for (const [region, partition] of [
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
  ] as const) {
    it(`names the ARNs as they are in ${region}`, async () => {
      const [first] = await keyStatements(factsOf({ ...VALUES, "aws:region": region }));

      assert.match(JSON.stringify(first), new RegExp(`"arn:${partition}:s3:::acme-documents"`));
    });
  }

  it("says what to set where there is no region", async () => {
    const { "aws:region": _, ...values } = VALUES;

    await assert.rejects(keyStatements(factsOf(values)), {
      name: "RegionMissingError",
      message: /pulumi config set aws:region/,
    });
  });
});
