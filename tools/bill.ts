/** Documents, a stack's settings and what a document takes → the items of a month's bill. */
import { alarmDefinitions } from "../infra/alarm-definitions.ts";
import { prices } from "../infra/list-prices.ts";
import type { PlainSettings } from "../infra/settings-schema.ts";

export interface Workload {
  /** Uploaded in the month, each new. */
  readonly documents: number;
  /** Of one document. */
  readonly tokens: number;
}

/** What one document takes of the function. */
export interface Rates {
  readonly millisecondsPerToken: number;
  readonly logBytesPerDocument: number;
}

export type BilledSettings = Pick<
  PlainSettings,
  | "architecture"
  | "memoryMegabytes"
  | "chunkTokens"
  | "chunkOverlapTokens"
  | "provisionedConcurrency"
  | "tracing"
  | "dashboard"
  | "alarmEmail"
  | "credentialsStore"
  | "kmsKey"
  | "delivery"
>;

export interface BillItem {
  readonly name: string;
  /** What is counted, with its unit. */
  readonly quantity: string;
  readonly dollars: number;
}

/** Of a month, as AWS's own calculator has it. */
const HOURS = 730;
/** Of the function, without the reasons of rejections, which are one more each. */
const METRICS = 15;
/** To write, publish and read it, twice for what is published. S3, SNS and SQS use an answer again for minutes. */
const KEY_REQUESTS_PER_DOCUMENT = 4;
/** Lambda asks an empty queue with five connections, each for 20 seconds. */
const IDLE_QUEUE_REQUESTS = 5 * 3 * 60 * HOURS;

/** The items that the settings lead to, in the order of the flow; without free tier, storage and network. */
export function bill(workload: Workload, settings: BilledSettings, rates: Rates): BillItem[] {
  const { documents } = workload;
  const { architecture, provisionedConcurrency } = settings;
  const gigabytes = settings.memoryMegabytes / 1024;
  const seconds =
    (documents * embeddedTokens(workload, settings) * rates.millisecondsPerToken) / 1000;
  const runPrices =
    provisionedConcurrency > 0
      ? prices.dollarsPerReadyGigabyteSecond
      : prices.dollarsPerGigabyteSecond;
  const logGigabytes = (documents * rates.logBytesPerDocument) / 1e9;
  const readyGigabyteSeconds = provisionedConcurrency * gigabytes * HOURS * 3600;
  const queueRequests = 3 * documents + IDLE_QUEUE_REQUESTS;
  const alarmMetrics = countAlarmMetrics(settings);

  return [
    item("S3 uploads", documents, "PUT", prices.dollarsPerThousandPuts / 1000),
    item("S3 reads", documents, "GET", prices.dollarsPerThousandGets / 1000),
    item("SNS", documents, "events", prices.dollarsPerMillionPublishes / 1e6),
    ...only(settings.delivery === "queue", () =>
      item("SQS", queueRequests, "requests", prices.dollarsPerMillionQueueRequests / 1e6),
    ),
    item("Lambda requests", documents, "runs", prices.dollarsPerMillionRequests / 1e6),
    item("Lambda computing", gigabytes * seconds, "GB-seconds", runPrices[architecture]),
    ...only(provisionedConcurrency > 0, () =>
      item(
        "Lambda provisioned concurrency",
        readyGigabyteSeconds,
        "GB-seconds",
        prices.dollarsPerProvisionedGigabyteSecond[architecture],
      ),
    ),
    ...only(settings.credentialsStore === "secrets-manager", () =>
      item("Secrets Manager", 1, "secret", prices.dollarsPerSecretMonth),
    ),
    ...only(settings.kmsKey !== undefined, () =>
      item("KMS key", 1, "key", prices.dollarsPerKeyMonth),
    ),
    ...only(settings.kmsKey !== undefined, () =>
      item(
        "KMS requests, at most",
        documents * KEY_REQUESTS_PER_DOCUMENT,
        "requests",
        prices.dollarsPerMillionKeyRequests / 1e6,
      ),
    ),
    item("CloudWatch logs", logGigabytes, "GB", prices.dollarsPerLogGigabyte),
    ...only(documents > 0, () =>
      item("CloudWatch metrics", METRICS, "metrics", prices.dollarsPerMetricMonth),
    ),
    ...only(settings.alarmEmail !== undefined, () =>
      item("CloudWatch alarms", alarmMetrics, "metrics", prices.dollarsPerAlarmMetricMonth),
    ),
    ...only(settings.dashboard, () =>
      item("CloudWatch dashboard", 1, "dashboard", prices.dollarsPerDashboardMonth),
    ),
    ...only(settings.tracing, () =>
      item("X-Ray, at most", documents, "traces", prices.dollarsPerMillionTraces / 1e6),
    ),
  ];
}

/** Of one document, with what neighbouring chunks share. */
export function embeddedTokens(
  { tokens }: Pick<Workload, "tokens">,
  settings: Pick<BilledSettings, "chunkTokens" | "chunkOverlapTokens">,
): number {
  const { chunkTokens, chunkOverlapTokens } = settings;
  const further = Math.max(0, tokens - chunkTokens) / (chunkTokens - chunkOverlapTokens);
  return tokens + Math.ceil(further) * chunkOverlapTokens;
}

/** An alarm over an expression is billed by the metrics in it. */
function countAlarmMetrics({ delivery }: BilledSettings): number {
  const names = { stack: "", functionName: "", timeoutSeconds: 1, memoryMegabytes: 1, delivery };
  return alarmDefinitions(names).reduce((sum, { watchedMetrics }) => sum + watchedMetrics, 0);
}

function item(name: string, count: number, unit: string, dollarsEach: number): BillItem {
  const digits = count < 100 && !Number.isInteger(count) ? 3 : 0;
  const number = count.toLocaleString("en", { maximumFractionDigits: digits });
  return { name, quantity: `${number} ${unit}`, dollars: count * dollarsEach };
}

function only(isBilled: boolean, make: () => BillItem): BillItem[] {
  return isBilled ? [make()] : [];
}
