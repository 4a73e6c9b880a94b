import assert from "node:assert/strict";
import { readSettings } from "../../function/settings.ts";

const required = { SSM_PARAMETER_NAME: "/proofmark/dev/supabase" };

describe("readSettings", () => {
  it("has a default for everything but the place of the credentials", () => {
    assert.deepEqual(readSettings(required), {
      credentialsPlace: { store: "parameter-store", id: "/proofmark/dev/supabase" },
      modelPath: "/opt/model",
      chunkTokens: 512,
      chunkOverlapTokens: 64,
      maxObjectBytes: 10_485_760,
      topicArn: undefined,
    });
  });

  it("takes a secret in place of the parameter", () => {
    const secretArn =
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-dev-supabase-AbCdEf";

    const { credentialsPlace } = readSettings({ SECRETS_MANAGER_SECRET_ID: secretArn });

    assert.deepEqual(credentialsPlace, { store: "secrets-manager", id: secretArn });
  });

  it("takes what is set", () => {
    const variables = {
      ...required,
      MODEL_PATH: "/models/a",
      CHUNK_TOKENS: "256",
      CHUNK_OVERLAP_TOKENS: "0",
      MAX_OBJECT_BYTES: "1000",
      TOPIC_ARN: "arn:aws:sns:eu-west-1:123456789012:uploads",
    };

    assert.deepEqual(readSettings(variables), {
      credentialsPlace: { store: "parameter-store", id: "/proofmark/dev/supabase" },
      modelPath: "/models/a",
      chunkTokens: 256,
      chunkOverlapTokens: 0,
      maxObjectBytes: 1000,
      topicArn: "arn:aws:sns:eu-west-1:123456789012:uploads",
    });
  });

  for (const [variables, variable] of [
    [{ SSM_PARAMETER_NAME: "" }, "SSM_PARAMETER_NAME"],
    [{ SECRETS_MANAGER_SECRET_ID: "" }, "SSM_PARAMETER_NAME"],
    [{ ...required, SECRETS_MANAGER_SECRET_ID: "arn" }, "SECRETS_MANAGER_SECRET_ID"],
    [{ ...required, CHUNK_TOKENS: "many" }, "CHUNK_TOKENS"],
    [{ ...required, CHUNK_TOKENS: "8" }, "CHUNK_TOKENS"],
    [{ ...required, CHUNK_OVERLAP_TOKENS: "512" }, "CHUNK_OVERLAP_TOKENS"],
    [{ ...required, CHUNK_OVERLAP_TOKENS: "-1" }, "CHUNK_OVERLAP_TOKENS"],
    [{ ...required, MAX_OBJECT_BYTES: "1.5" }, "MAX_OBJECT_BYTES"],
  ] as const) {
    it(`names the variable that is wrong: ${JSON.stringify(variables)}`, () => {
      assert.throws(() => readSettings(variables), {
        name: "SettingError",
        variable,
        message: new RegExp(`^The environment variable ${variable} must be `),
      });
    });
  }
});
