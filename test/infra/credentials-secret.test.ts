import assert from "node:assert/strict";
import { CredentialsSecret, readSecretStatements } from "../../infra/credentials-secret.ts";
import { inputsOf, KEY_ARN, record, resolved, secretValue, titles } from "./recording.ts";

const ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:acme-dev-supabase-1a2b3c4-AbCdEf";

describe("CredentialsSecret", () => {
  const create = (kmsKeyArn?: string) =>
    new CredentialsSecret("acme-dev-supabase", {
      kmsKeyArn,
      supabaseUrl: "https://abcdefgh.supabase.co",
      supabaseServiceKey: "sb_secret_6f1d2c",
    });

  it("stores address and key as one version of a secret whose name is free for the next deployment", async () => {
    const { resources } = await record(() => create());

    assert.deepEqual(titles(resources), [
      "Secret acme-dev-supabase",
      "SecretVersion acme-dev-supabase",
    ]);
    assert.deepEqual(inputsOf(resources, "Secret"), {
      description: "Supabase address and service key of the embedding functions",
      recoveryWindowInDays: 7,
    });
    const { secretString, ...inputs } = inputsOf(resources, "SecretVersion");
    assert.deepEqual(inputs, { secretId: ARN });
    assert.equal(
      secretValue(secretString),
      '{"url":"https://abcdefgh.supabase.co","service_key":"sb_secret_6f1d2c"}',
    );
  });

  it("is encrypted with the key that is named", async () => {
    const { resources } = await record(() => create(KEY_ARN));

    assert.equal(inputsOf(resources, "Secret").kmsKeyId, KEY_ARN);
  });

  it("gives the ARN on", async () => {
    const { result } = await record(() => create());

    assert.equal(await resolved(result.arn), ARN);
  });
});

describe("readSecretStatements", () => {
  it("reads the current value of one secret", () => {
    assert.deepEqual(readSecretStatements(ARN), [
      {
        Sid: "ReadCredentials",
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: ARN,
      },
    ]);
  });

  it("decrypts with the one key that is named, for that secret and through Secrets Manager", () => {
    const [, decrypt] = readSecretStatements(ARN, { arn: KEY_ARN, region: "eu-west-1" });

    assert.deepEqual(decrypt, {
      Sid: "DecryptCredentials",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: KEY_ARN,
      Condition: {
        StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" },
        StringLike: { "kms:EncryptionContext:SecretARN": [ARN] },
      },
    });
  });
});
