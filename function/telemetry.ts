/** What the pipeline does, as events → structured log lines and CloudWatch metrics. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { ObjectName } from "./errors.ts";

/** How far one object has come. Sent at the end of each stage, and after each chunk of `embed`. */
export type Progress =
  | { readonly stage: "read"; readonly bytes: number }
  | { readonly stage: "extract"; readonly contentType: string; readonly characters: number }
  | { readonly stage: "chunk"; readonly chunks: number; readonly tokens: number }
  | { readonly stage: "embed"; readonly embedded: number; readonly toEmbed: number }
  | { readonly stage: "store" };

/** What became of one object. */
export type Outcome =
  | {
      readonly status: "embedded" | "unchanged";
      readonly chunks: number;
      readonly tokens: number;
      /** How many of the chunks were computed now; the others were known. */
      readonly embedded: number;
    }
  | { readonly status: "removed" | "superseded" }
  /** The time was up; another run goes on. */
  | { readonly status: "continued"; readonly embedded: number; readonly toEmbed: number }
  | { readonly status: "rejected"; readonly error: Error };

export interface Telemetry {
  begun(object: ObjectName): void;
  progressed(object: ObjectName, progress: Progress): void;
  finished(object: ObjectName, outcome: Outcome): void;
  failed(object: ObjectName, error: unknown): void;
  ignored(reason: string): void;
  /** Sends what is not sent yet; called once at the end of an invocation. */
  flush(): void;
}

const metricNames = {
  embedded: "DocumentsEmbedded",
  unchanged: "DocumentsUnchanged",
  removed: "DocumentsRemoved",
  superseded: "DocumentsSuperseded",
  continued: "DocumentsContinued",
  rejected: "DocumentsRejected",
} as const satisfies Record<Outcome["status"], string>;

/**
 * The telemetry of the Lambda function: one log line an object with its milliseconds by stage, never its
 * text or a credential; metrics in CloudWatch's embedded format, which cost no request.
 */
export function createTelemetry(
  logger = new Logger(),
  metrics = new Metrics({ namespace: "EmbeddingProcessor" }),
): Telemetry {
  let stageBegan = 0;
  let milliseconds: Partial<Record<Progress["stage"], number>> = {};

  return {
    begun() {
      stageBegan = performance.now();
      milliseconds = {};
    },
    progressed({ bucket, key }, progress) {
      const now = performance.now();
      milliseconds[progress.stage] = (milliseconds[progress.stage] ?? 0) + now - stageBegan;
      stageBegan = now;
      logger.debug("Progress", { bucket, key, ...progress });
    },
    finished({ bucket, key }, outcome) {
      const { status } = outcome;
      metrics.addMetric(metricNames[status], MetricUnit.Count, 1);
      if (status === "rejected") {
        logger.warn("Object rejected", { bucket, key, reason: outcome.error });
        return;
      }
      if (status === "embedded") {
        metrics.addMetric("ChunksEmbedded", MetricUnit.Count, outcome.embedded);
        metrics.addMetric("EmbeddingTime", MetricUnit.Milliseconds, milliseconds.embed ?? 0);
      }
      const rounded = Object.entries(milliseconds).map(([stage, ms]) => [stage, Math.round(ms)]);
      logger.info(`Object ${status}`, {
        bucket,
        key,
        ...outcome,
        milliseconds: Object.fromEntries(rounded),
      });
    },
    failed({ bucket, key }, error) {
      metrics.addMetric("DocumentsFailed", MetricUnit.Count, 1);
      logger.error("Object failed, to be tried again", { bucket, key, error });
    },
    ignored: (reason) => logger.info("Notification ignored", { reason }),
    flush: () => metrics.publishStoredMetrics(),
  };
}
