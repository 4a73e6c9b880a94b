import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { OPERATION_SETTINGS } from "./operation-settings.ts";
import { recordProgram } from "./recorded-program.ts";
import { type RecordedResource, titles } from "./recording.ts";

const FUNCTION = "proofmark-dev-embedding-processor";
const SEARCH = "proofmark-dev-embedding-search";
const ALARMS = "proofmark-dev-embedding-alarms";

interface Effect {
  /** Besides the setting itself: what it cannot be without. */
  readonly with?: readonly string[];
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  /** `Type name` and the inputs that differ. */
  readonly changed?: readonly string[];
}

const ALARMS_ADDED = [
  ...[
    "duration-near-the-time-out",
    "errors",
    "failed-events",
    "memory-near-the-limit",
    "no-credentials",
    "rejected-documents",
    "throttles",
    "undelivered-events",
  ].map((name) => `MetricAlarm ${ALARMS}-${name}`),
  `Topic ${ALARMS}`,
  `TopicPolicy ${ALARMS}`,
  `TopicSubscription ${ALARMS}`,
];

const MODEL = "proofmark-dev-model";

const EFFECTS: Readonly<Record<string, Effect>> = {
  modelSource: {
    added: [
      "NOTICE",
      "manifest.json",
      "onnx/model.onnx",
      "onnx/model.onnx_data",
      "tokenizer.bin",
    ].map((path) => `BucketObjectv2 ${MODEL}/${path}`),
    removed: [`LayerVersion ${MODEL}`, `BucketObjectv2 ${MODEL}`],
    changed: [
      `RolePolicy ${FUNCTION} policy`,
      `RolePolicy ${SEARCH} policy`,
      `Function ${FUNCTION} environment layers`,
      `Function ${SEARCH} environment layers`,
    ],
  },
  tracing: {
    changed: [
      `RolePolicy ${FUNCTION} policy`,
      `RolePolicy ${SEARCH} policy`,
      `Function ${FUNCTION} tracingConfig`,
      `Function ${SEARCH} tracingConfig`,
    ],
  },
  dashboard: { added: [`Dashboard ${FUNCTION}`] },
  alarmEmail: { added: ALARMS_ADDED },
  budgetUsd: { with: ["alarmEmail"], added: [`Budget ${ALARMS}`, ...ALARMS_ADDED] },
  reservedConcurrency: { changed: [`Function ${FUNCTION} reservedConcurrentExecutions`] },
  provisionedConcurrency: {
    added: [`Alias ${FUNCTION}`, `ProvisionedConcurrencyConfig ${FUNCTION}`],
    changed: [
      `Function ${FUNCTION} publish`,
      `FunctionEventInvokeConfig ${FUNCTION} qualifier`,
      `Permission ${FUNCTION} qualifier`,
      `TopicSubscription ${FUNCTION} endpoint`,
    ],
  },
  ephemeralStorageMegabytes: {
    changed: [`Function ${FUNCTION} ephemeralStorage`, `Function ${SEARCH} ephemeralStorage`],
  },
  delivery: {
    added: [
      `EventSourceMapping ${FUNCTION}-uploads`,
      `Queue ${FUNCTION}-uploads`,
      `QueuePolicy ${FUNCTION}-uploads`,
      `TopicSubscription ${FUNCTION}-uploads`,
    ],
    removed: [
      `FunctionEventInvokeConfig ${FUNCTION}`,
      `Permission ${FUNCTION}`,
      `TopicSubscription ${FUNCTION}`,
    ],
    changed: [`RolePolicy ${FUNCTION} policy`],
  },
  maximumConcurrency: {
    with: ["delivery"],
    added: [
      `EventSourceMapping ${FUNCTION}-uploads`,
      `Queue ${FUNCTION}-uploads`,
      `QueuePolicy ${FUNCTION}-uploads`,
      `TopicSubscription ${FUNCTION}-uploads`,
    ],
    removed: [
      `FunctionEventInvokeConfig ${FUNCTION}`,
      `Permission ${FUNCTION}`,
      `TopicSubscription ${FUNCTION}`,
    ],
    changed: [`RolePolicy ${FUNCTION} policy`],
  },
  maximumEventAgeSeconds: {
    changed: [`FunctionEventInvokeConfig ${FUNCTION} maximumEventAgeInSeconds`],
  },
  maximumRetryAttempts: {
    changed: [`FunctionEventInvokeConfig ${FUNCTION} maximumRetryAttempts`],
  },
  kmsKey: {
    added: ["Alias proofmark-dev-embedding-key", "Key proofmark-dev-embedding-key"],
    changed: [
      "BucketServerSideEncryptionConfiguration acme-documents rules",
      "BucketServerSideEncryptionConfiguration proofmark-dev-artefacts rules",
      "Parameter supabase-credentials keyId",
      `Queue ${FUNCTION}-failed sqsManagedSseEnabled kmsMasterKeyId`,
      `Queue ${FUNCTION}-undelivered sqsManagedSseEnabled kmsMasterKeyId`,
      `RolePolicy ${FUNCTION} policy`,
      `RolePolicy ${SEARCH} policy`,
      "Topic proofmark-dev-s3-file-upload-notifications kmsMasterKeyId",
    ],
  },
  vpc: {
    added: ["VpcEndpoint proofmark-dev-s3"],
    changed: [
      `RolePolicy ${FUNCTION} policy`,
      `RolePolicy ${SEARCH} policy`,
      `Function ${FUNCTION} vpcConfig`,
      `Function ${SEARCH} vpcConfig`,
    ],
  },
};

/** The resources that differ, with the inputs that do. */
function changes(
  before: readonly RecordedResource[],
  after: readonly RecordedResource[],
): string[] {
  return after.flatMap((resource) => {
    const old = before.find(
      ({ type, name }) => type === resource.type && name === resource.name,
    )?.inputs;
    if (old === undefined) return [];
    const keys = new Set([...Object.keys(old), ...Object.keys(resource.inputs)]);
    // Archives are objects of their own each time; that they are the same is for the engine to say.
    const changed = [...keys].filter(
      (key) =>
        key !== "code" && key !== "source" && !isDeepStrictEqual(old[key], resource.inputs[key]),
    );
    return changed.length === 0 ? [] : [[...titles([resource]), ...changed].join(" ")];
  });
}

describe("each setting of operation", () => {
  let off: readonly RecordedResource[];
  before(async () => {
    ({ resources: off } = await recordProgram());
  });

  it("is known with its effect", () => {
    assert.deepEqual(Object.keys(EFFECTS).sort(), Object.keys(OPERATION_SETTINGS).sort());
  });

  for (const [
    setting,
    { with: needed = [], added = [], removed = [], changed = [] },
  ] of Object.entries(EFFECTS)) {
    it(`adds and changes nothing but this: ${setting}`, async () => {
      const settings = [setting, ...needed].map((name) => [name, OPERATION_SETTINGS[name] ?? ""]);
      const { resources: on } = await recordProgram(Object.fromEntries(settings));

      const before = new Set(titles(off));
      const after = new Set(titles(on));
      assert.deepEqual([...after].filter((title) => !before.has(title)).sort(), [...added].sort());
      assert.deepEqual(
        [...before].filter((title) => !after.has(title)),
        [...removed],
      );
      assert.deepEqual(changes(off, on).sort(), [...changed].sort());
    });
  }

  it("adds no endpoint for S3 to a network where none is asked for", async () => {
    const vpc = JSON.stringify({ subnetIds: ["subnet-0a"], securityGroupIds: ["sg-0a"] });
    const { resources } = await recordProgram({ vpc });

    assert.equal(resources.length, off.length);
  });
});
