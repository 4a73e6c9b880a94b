/** The settings of operation, each with a value that switches it on: the tests and the engine go through them all. */

export const OPERATION_SETTINGS: Readonly<Record<string, string>> = {
  modelSource: "s3",
  tracing: "true",
  dashboard: "true",
  alarmEmail: "ops@example.com",
  budgetUsd: "50",
  reservedConcurrency: "10",
  provisionedConcurrency: "2",
  ephemeralStorageMegabytes: "1024",
  delivery: "queue",
  maximumConcurrency: "5",
  maximumEventAgeSeconds: "3600",
  maximumRetryAttempts: "1",
  kmsKey: "create",
  vpc: JSON.stringify({
    subnetIds: ["subnet-0a1b", "subnet-2c3d"],
    securityGroupIds: ["sg-0a1b"],
    s3GatewayEndpoint: { routeTableIds: ["rtb-0a1b"] },
  }),
};
