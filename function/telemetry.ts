/** What the pipeline does, as events → structured log lines and CloudWatch metrics. */
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import { CredentialsError, type ObjectName, StoreKeyError } from "./errors.ts";

/** How far one object has come. Sent at the end of each stage, and after each chunk of `embed`. */
export type Progress =
  | { readonly stage: "read"; readonly bytes: number }
  | { readonly stage: "extract"; readonly contentType: string; readonly characters: number }
  | { readonly stage: "chunk"; readonly chunks: number; readonly tokens: number }
  | {
      readonly stage: "embed";
      readonly embedded: number;
      readonly toEmbed: number;
      /** Of the chunk just embedded, and what the model alone took for it. */
      readonly tokens: number;
      readonly milliseconds: number;
    }
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
  /** What a message of a queue tells of cannot be said. */
  messageFailed(messageId: string, error: unknown): void;
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

/** What is known of the object under way. */
interface Journey {
  /** The last one that it completed. */
  stage?: Progress["stage"];
  chunks?: number;
  tokens?: number;
  /** What the model was given now, be the object finished or not. */
  embedded: { chunks: number; tokens: number; milliseconds: number };
  /** `embed` is the model alone; keeping what it gave counts as `store`. */
  milliseconds: Partial<Record<Progress["stage"], number>>;
  stageBegan: number;
}

const startJourney = (): Journey => ({
  embedded: { chunks: 0, tokens: 0, milliseconds: 0 },
  milliseconds: {},
  stageBegan: performance.now(),
});

/**
 * The telemetry of the Lambda function: one log line an object with its milliseconds by stage, never its
 * text or a credential; metrics in CloudWatch's embedded format, which cost no request. Made last of an
 * environment's clients: the age of the process is then what its initialisation took.
 */
export function createTelemetry(
  logger = new Logger(),
  metrics = new Metrics({ namespace: "EmbeddingProcessor" }),
): Telemetry {
  const initialisationMilliseconds = performance.now();
  // A provisioned environment is made before anybody waits for it.
  let coldStart = process.env.AWS_LAMBDA_INITIALIZATION_TYPE !== "provisioned-concurrency";
  let journey = startJourney();
  const rejections = new Map<string, number>();

  const count = (name: string, value = 1) => metrics.addMetric(name, MetricUnit.Count, value);
  const measure = (name: string, milliseconds: number) =>
    metrics.addMetric(name, MetricUnit.Milliseconds, milliseconds);

  /** The fields of an object's line; what it did not come to is left out. */
  function describeJourney({ bucket, key }: ObjectName): Record<string, unknown> {
    const { stage, chunks, tokens, embedded, milliseconds } = journey;
    const rounded = Object.entries(milliseconds).map(([name, ms]) => [name, Math.round(ms)]);
    return {
      ...{ bucket, key, stage, chunks, tokens, embedded: embedded.chunks, coldStart },
      milliseconds: Object.fromEntries(rounded),
    };
  }
  function countEmbeddings(): void {
    const { chunks, tokens, milliseconds } = journey.embedded;
    if (chunks === 0) return;
    count("ChunksEmbedded", chunks);
    count("TokensEmbedded", tokens);
    measure("EmbeddingTime", milliseconds);
    const tokensPerSecond = (1000 * tokens) / milliseconds;
    metrics.addMetric("TokensPerSecond", MetricUnit.CountPerSecond, tokensPerSecond);
  }

  return {
    begun() {
      journey = startJourney();
    },
    progressed({ bucket, key }, progress) {
      advance(journey, progress);
      logger.debug("Progress", { bucket, key, ...progress });
    },
    finished(object, outcome) {
      const { status } = outcome;
      count(metricNames[status]);
      countEmbeddings();
      const line = { ...describeJourney(object), status };
      if (status !== "rejected") {
        logger.info(`Object ${status}`, line);
        return;
      }
      const { name: reason, message: problem } = outcome.error;
      rejections.set(reason, (rejections.get(reason) ?? 0) + 1);
      logger.warn("Object rejected", { ...line, reason, problem });
    },
    failed(object, error) {
      count("DocumentsFailed");
      if (error instanceof CredentialsError || error instanceof StoreKeyError) {
        count("CredentialsFailed");
      }
      countEmbeddings();
      logger.error("Object failed, to be tried again", {
        ...describeJourney(object),
        status: "failed",
        error: describeError(error),
      });
    },
    messageFailed(messageId, error) {
      count("MessagesFailed");
      logger.error("Message failed, to be tried again", { messageId, error: describeError(error) });
    },
    ignored: (reason) => logger.info("Notification ignored", { reason }),
    flush() {
      if (coldStart) {
        count("ColdStarts");
        measure("InitialisationTime", initialisationMilliseconds);
      }
      coldStart = false;
      // The process's peak, in the unit of Lambda's memory: Lambda itself has no metric of it.
      const peakMegabytes = process.resourceUsage().maxRSS / 1024;
      metrics.addMetric("MemoryUsed", MetricUnit.Megabytes, peakMegabytes);
      metrics.publishStoredMetrics();
      // In lines of their own: a line's dimensions are those of all its metrics.
      for (const [reason, rejected] of rejections) {
        metrics.addDimension("reason", reason);
        count(metricNames.rejected, rejected);
        metrics.publishStoredMetrics();
      }
      rejections.clear();
    },
  };
}

function advance(journey: Journey, progress: Progress): void {
  const { milliseconds, stageBegan } = journey;
  const now = performance.now();
  const add = (stage: Progress["stage"], ms: number) => {
    milliseconds[stage] = (milliseconds[stage] ?? 0) + ms;
  };
  journey.stageBegan = now;
  journey.stage = progress.stage;
  if (progress.stage === "embed") {
    const { embedded } = journey;
    embedded.chunks += 1;
    embedded.tokens += progress.tokens;
    embedded.milliseconds += progress.milliseconds;
    add("embed", progress.milliseconds);
    add("store", Math.max(0, now - stageBegan - progress.milliseconds));
    return;
  }
  if (progress.stage === "chunk") {
    journey.chunks = progress.chunks;
    journey.tokens = progress.tokens;
  }
  add(progress.stage, now - stageBegan);
}

/**
 * Name, message and stack of an error and its causes, and nothing else: S3 answers a refused signature with
 * the request's headers, and the SDK hangs them, the session's token among them, onto its error.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const { name, message, stack, cause } = error;
  return { name, message, stack, ...(cause !== undefined && { cause: describeError(cause) }) };
}
