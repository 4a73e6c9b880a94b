import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { provideKey } from "../../infra/encryption-key.ts";
import { type KeyUsers, keyPolicyStatements } from "../../infra/key-policy.ts";
import { inputsOf, KEY_ARN, policyOf, record, resolved, TARGET, titles } from "./recording.ts";

const users: KeyUsers = {
  bucketNames: ["acme-documents"],
  topicName: "acme-dev-uploads",
  alarmsTopicName: undefined,
  target: TARGET,
};
const provide = (kmsKey?: string) =>
  record(() => ({ key: provideKey("acme-dev-key", kmsKey, users) }));

describe("provideKey", () => {
  it("makes nothing where none is set", async () => {
    const { result, resources } = await provide();

    assert.deepEqual(resources, []);
    assert.equal(result.key, undefined);
  });

  it("makes nothing for a key that exists, and gives its ARN", async () => {
    const arn = "arn:aws:kms:eu-west-1:123456789012:key/theirs";
    const { result, resources } = await provide(arn);

    assert.deepEqual(resources, []);
    assert.deepEqual(result.key, { arn, region: "eu-west-1" });
  });

  it("makes a key that is rotated, with an alias and the policy that the services need", async () => {
    const { result, resources } = await provide("create");

    assert.deepEqual(titles(resources), ["Alias acme-dev-key", "Key acme-dev-key"]);
    const { policy, ...inputs } = inputsOf(resources, "Key");
    assert.deepEqual(inputs, {
      description: "Documents, events and credentials of the embedding functions",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    assert.deepEqual(policyOf({ policy }), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "AccountDecides",
          Effect: "Allow",
          Principal: { AWS: "arn:aws:iam::123456789012:root" },
          Action: "kms:*",
          Resource: "*",
        },
        ...keyPolicyStatements(users),
      ],
    });
    assert.deepEqual(inputsOf(resources, "Alias"), {
      name: "alias/acme-dev-key",
      targetKeyId: "0a1b2c3d-made-here",
    });
    assert.equal(await resolved(pulumi.output(result.key?.arn)), KEY_ARN);
  });
});
