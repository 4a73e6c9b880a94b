import assert from "node:assert/strict";
import fc from "fast-check";
import { type BilledSettings, bill, embeddedTokens } from "../../tools/bill.ts";

const settings: BilledSettings = {
  architecture: "arm64",
  memoryMegabytes: 2048,
  chunkTokens: 512,
  chunkOverlapTokens: 64,
  provisionedConcurrency: 0,
  tracing: false,
  dashboard: false,
  alarmEmail: undefined,
  credentialsStore: "parameter-store",
  kmsKey: undefined,
  delivery: "direct",
};
const everything: BilledSettings = {
  ...settings,
  provisionedConcurrency: 2,
  tracing: true,
  dashboard: true,
  alarmEmail: "ops@example.com",
  credentialsStore: "secrets-manager",
  kmsKey: "create",
  delivery: "queue",
};
const rates = { millisecondsPerToken: 0.5, logBytesPerDocument: 2000 };

const dollarsOf = (billed: BilledSettings, documents: number, tokens: number) =>
  Object.fromEntries(
    bill({ documents, tokens }, billed, rates).map(({ name, dollars }) => [
      name,
      Number(dollars.toFixed(6)),
    ]),
  );

describe("bill", () => {
  it("equals a calculation by hand, with nothing switched on", () => {
    // 100,000 documents of 960 tokens: two chunks of 512 share 64, so 1,024 tokens are embedded, in 512 ms.
    // 100,000 × 0.512 s × 2 GB = 102,400 GB-seconds. 100,000 × 2,000 bytes = 0.2 GB.
    // Fifteen metrics at $0.30.
    assert.deepEqual(dollarsOf(settings, 100_000, 960), {
      "S3 uploads": 0.5,
      "S3 reads": 0.04,
      SNS: 0.05,
      "Lambda requests": 0.02,
      "Lambda computing": 1.36534,
      "CloudWatch logs": 0.1,
      "CloudWatch metrics": 4.5,
    });
  });

  it("equals a calculation by hand, with everything switched on", () => {
    // Provisioned: 2 × 2 GB × 730 × 3,600 s = 10,512,000 GB-seconds, and runs at the lower price.
    // Queue: 3 × 100,000 requests, and 15 a minute for 730 hours. Alarms: eight of one metric, one of three.
    // Key: 4 × 100,000 requests at $3 a million.
    assert.deepEqual(dollarsOf(everything, 100_000, 960), {
      "S3 uploads": 0.5,
      "S3 reads": 0.04,
      SNS: 0.05,
      SQS: 0.3828,
      "Lambda requests": 0.02,
      "Lambda computing": 0.796447,
      "Lambda provisioned concurrency": 35.040701,
      "Secrets Manager": 0.4,
      "KMS key": 1,
      "KMS requests, at most": 1.2,
      "CloudWatch logs": 0.1,
      "CloudWatch metrics": 4.5,
      "CloudWatch alarms": 1.1,
      "CloudWatch dashboard": 3,
      "X-Ray, at most": 0.5,
    });
  });

  it("is nothing while nothing is uploaded and nothing is switched on", () => {
    for (const dollars of Object.values(dollarsOf(settings, 0, 512))) assert.equal(dollars, 0);
  });

  it("never falls with more documents or longer ones", () => {
    const count = fc.integer({ min: 0, max: 1_000_000 });
    const total = (documents: number, tokens: number) =>
      bill({ documents, tokens }, everything, rates).reduce((sum, { dollars }) => sum + dollars, 0);
    fc.assert(
      fc.property(count, count, count, (documents, tokens, more) => {
        assert.ok(total(documents + more, tokens) >= total(documents, tokens));
        assert.ok(total(documents, tokens + more) >= total(documents, tokens));
      }),
    );
  });
});

describe("embeddedTokens", () => {
  it("adds to a document what its chunks share", () => {
    const tokens = [0, 512, 513, 960, 961].map((tokens) => embeddedTokens({ tokens }, settings));

    assert.deepEqual(tokens, [0, 512, 577, 1024, 1089]);
  });
});
