import assert from "node:assert/strict";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelAddress, modelPath, readSettings } from "../../function/settings.ts";

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

describe("modelAddress", () => {
  const SHA256 = "0123456789abcdef".repeat(4);
  const variables = { MODEL_S3_URI: "s3://artefacts/models/one", MODEL_SHA256: SHA256 };

  it("is where the model's objects are, and gives the model a folder by its content", () => {
    assert.deepEqual(modelAddress(variables), {
      bucket: "artefacts",
      prefix: "models/one",
      sha256: SHA256,
    });
    assert.equal(modelPath({ ...variables, MODEL_PATH: "/opt/model" }), join(tmpdir(), SHA256));
  });

  it("is none where the model is in a layer", () => {
    assert.equal(modelAddress({}), undefined);
    assert.equal(modelPath({}), "/opt/model");
  });

  for (const [change, variable] of [
    [{ MODEL_S3_URI: "" }, "MODEL_S3_URI"],
    [{ MODEL_S3_URI: "https://artefacts/models" }, "MODEL_S3_URI"],
    [{ MODEL_S3_URI: "s3://artefacts" }, "MODEL_S3_URI"],
    [{ MODEL_S3_URI: "s3://artefacts/models/" }, "MODEL_S3_URI"],
    [{ MODEL_SHA256: "" }, "MODEL_SHA256"],
    [{ MODEL_SHA256: SHA256.slice(1) }, "MODEL_SHA256"],
  ] as const) {
    it(`names the variable that is wrong: ${JSON.stringify(change)}`, () => {
      assert.throws(() => modelAddress({ ...variables, ...change }), {
        name: "SettingError",
        variable,
      });
    });
  }
});
