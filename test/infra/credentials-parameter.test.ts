import assert from "node:assert/strict";
import {
  CredentialsParameter,
  readParameterStatements,
} from "../../infra/credentials-parameter.ts";
import { inputsOf, KEY_ARN, record, resolved, secretValue, TARGET, titles } from "./recording.ts";

const ARN = "arn:aws:ssm:eu-west-1:123456789012:parameter/proofmark/dev/supabase";

describe("CredentialsParameter", () => {
  const create = (kmsKeyArn?: string) =>
    new CredentialsParameter("credentials", {
      kmsKeyArn,
      parameterName: "/proofmark/dev/supabase",
      supabaseUrl: "https://abcdefgh.supabase.co",
      supabaseServiceKey: "sb_secret_6f1d2c",
    });

  it("stores address and key as one SecureString under the account's own key", async () => {
    const { resources } = await record(() => create());

    const { value, ...inputs } = inputsOf(resources, "Parameter");
    assert.deepEqual(titles(resources), ["Parameter credentials"]);
    assert.deepEqual(inputs, {
      name: "/proofmark/dev/supabase",
      description: "Supabase address and service key of the embedding functions",
      type: "SecureString",
      keyId: "alias/aws/ssm",
    });
    assert.equal(
      secretValue(value),
      '{"url":"https://abcdefgh.supabase.co","service_key":"sb_secret_6f1d2c"}',
    );
  });

  it("is encrypted with the key that is named", async () => {
    const { resources } = await record(() => create(KEY_ARN));

    assert.equal(inputsOf(resources, "Parameter").keyId, KEY_ARN);
  });

  it("gives the name and the ARN on", async () => {
    const { result } = await record(() => create());

    assert.equal(await resolved(result.parameterName), "/proofmark/dev/supabase");
    assert.equal(await resolved(result.arn), ARN);
  });
});

describe("readParameterStatements", () => {
  it("reads one parameter, and decrypts for that parameter only", () => {
    assert.deepEqual(readParameterStatements(ARN, TARGET), [
      {
        Sid: "ReadCredentials",
        Effect: "Allow",
        Action: "ssm:GetParameter",
        Resource: ARN,
      },
      {
        Sid: "DecryptCredentials",
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: "arn:aws:kms:eu-west-1:123456789012:key/*",
        Condition: {
          "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/aws/ssm" },
          StringEquals: { "kms:ViaService": "ssm.eu-west-1.amazonaws.com" },
          StringLike: { "kms:EncryptionContext:PARAMETER_ARN": [ARN] },
        },
      },
    ]);
  });

  it("decrypts with the one key that is named, for that parameter and through SSM", () => {
    const [, decrypt] = readParameterStatements(ARN, TARGET, { arn: KEY_ARN, region: "eu-west-1" });

    assert.deepEqual(decrypt, {
      Sid: "DecryptCredentials",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: KEY_ARN,
      Condition: {
        StringEquals: { "kms:ViaService": "ssm.eu-west-1.amazonaws.com" },
        StringLike: { "kms:EncryptionContext:PARAMETER_ARN": [ARN] },
      },
    });
  });
});
