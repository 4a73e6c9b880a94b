/** AWS's list prices, the one place that has them: no free tier, no discount, no tax. */
import type { Architecture } from "../layers/dependencies/contents.ts";

type ByArchitecture = Readonly<Record<Architecture, number>>;

/**
 * US East (N. Virginia), as known in November 2026; other regions cost up to a third more.
 * https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/s3/pricing/ https://aws.amazon.com/sns/pricing/
 * https://aws.amazon.com/sqs/pricing/ https://aws.amazon.com/cloudwatch/pricing/ https://aws.amazon.com/xray/pricing/
 * https://aws.amazon.com/secrets-manager/pricing/ https://aws.amazon.com/kms/pricing/
 */
export const prices = {
  asOf: "November 2026",
  region: "US East",
  dollarsPerGigabyteSecond: { arm64: 0.0000133334, x64: 0.0000166667 } satisfies ByArchitecture,
  /** Of a run in an environment that is kept ready, and of keeping it ready. */
  dollarsPerReadyGigabyteSecond: {
    arm64: 0.0000077778,
    x64: 0.0000097222,
  } satisfies ByArchitecture,
  dollarsPerProvisionedGigabyteSecond: {
    arm64: 0.0000033334,
    x64: 0.0000041667,
  } satisfies ByArchitecture,
  dollarsPerMillionRequests: 0.2,
  dollarsPerThousandPuts: 0.005,
  dollarsPerThousandGets: 0.0004,
  /** Of what S3 publishes; SNS hands it to Lambda and to SQS for nothing. */
  dollarsPerMillionPublishes: 0.5,
  dollarsPerMillionQueueRequests: 0.4,
  /** Reading it, once for each environment and after a refused key, comes to $0.05 for 10,000 times. */
  dollarsPerSecretMonth: 0.4,
  dollarsPerKeyMonth: 1,
  dollarsPerMillionKeyRequests: 3,
  dollarsPerLogGigabyte: 0.5,
  dollarsPerMetricMonth: 0.3,
  dollarsPerAlarmMetricMonth: 0.1,
  dollarsPerDashboardMonth: 3,
  dollarsPerMillionTraces: 5,
} as const;
