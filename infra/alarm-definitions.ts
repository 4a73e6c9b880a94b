/** Takes a stack's names and limits and gives its alarms: what each watches, what it means and what to run. */
import type * as aws from "@pulumi/aws";
import { METRICS_NAMESPACE } from "./function-environment.ts";
import { queueNames } from "./names.ts";

export interface AlarmedStack {
  /** Pulumi's name of it, for the commands. */
  readonly stack: string;
  readonly functionName: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly delivery: "direct" | "queue";
}

export interface AlarmDefinition {
  /** Its heading in docs/operations.md too. */
  readonly title: string;
  /** What CloudWatch bills an alarm by. */
  readonly watchedMetrics: number;
  /** In the words of CloudWatch; without what all alarms have in common. */
  readonly alarm: Omit<aws.cloudwatch.MetricAlarmArgs, "alarmActions" | "name">;
}

/** Of a limit that a run must not reach. */
const NEAR = 0.9;
const MAX_REJECTED_PERCENT = 10;
/** Of an upload in the queue. */
const MAX_WAIT_SECONDS = 3600;
/** Fewer in an hour say nothing of a share. */
const MIN_DOCUMENTS = 10;

/** The alarms, in the order of the flow. */
export function alarmDefinitions(args: AlarmedStack): readonly AlarmDefinition[] {
  const { stack, functionName, timeoutSeconds, memoryMegabytes, delivery } = args;
  const queues = queueNames(functionName);
  const log = `aws logs tail /aws/lambda/${functionName} --since 1h`;
  const ofFunction = (metricName: string, statistic: "Sum" | "Maximum") =>
    ({
      namespace: "AWS/Lambda",
      metricName,
      dimensions: { FunctionName: functionName },
      statistic,
    }) as const;
  const ofService = (metricName: string, statistic: "Sum" | "Maximum") =>
    ({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensions: { service: functionName },
      statistic,
    }) as const;
  const ofQueue = (queueName: string, metricName = "ApproximateNumberOfMessagesVisible") =>
    ({
      namespace: "AWS/SQS",
      metricName,
      dimensions: { QueueName: queueName },
      statistic: "Maximum",
    }) as const;
  return [
    define("Undelivered events", ofQueue(queues.undelivered), 1, {
      meaning: "SNS could not hand events to the function: they are kept for 14 days.",
      command: `npm run redrive -- --stack ${stack}`,
    }),
    ...(delivery === "queue"
      ? [
          define(
            "Uploads wait",
            ofQueue(queues.uploads, "ApproximateAgeOfOldestMessage"),
            MAX_WAIT_SECONDS,
            {
              meaning: `An upload has waited for more than ${MAX_WAIT_SECONDS / 3600} h. They are kept for 14 days.`,
              command: `pulumi config get maximumConcurrency --stack ${stack}`,
            },
          ),
        ]
      : []),
    define("Throttles", ofFunction("Throttles", "Sum"), 1, {
      // A burst is throttled and retried; a quarter of an hour of it is a limit that is too low.
      periods: { evaluationPeriods: 3, datapointsToAlarm: 3 },
      meaning:
        "For 15 minutes there were more events than the function may run at a time. They wait.",
      command: `pulumi config get reservedConcurrency --stack ${stack}`,
    }),
    define("Errors", ofFunction("Errors", "Sum"), 1, {
      // One may be over at the retry; what is not ends in the queue, which has an alarm of its own.
      periods: { evaluationPeriods: 3, datapointsToAlarm: 2 },
      meaning: "Runs of the function fail again and again. Lambda retries each event.",
      command: `${log} --filter-pattern ERROR`,
    }),
    define("No credentials", ofService("CredentialsFailed", "Sum"), 1, {
      meaning: "The function cannot read the Supabase credentials, or Supabase refuses the key.",
      command: `npm run doctor -- --stack ${stack}`,
    }),
    define(
      "Duration near the time-out",
      ofFunction("Duration", "Maximum"),
      NEAR * timeoutSeconds * 1000,
      {
        meaning: `A run took more than ${100 * NEAR} % of timeoutSeconds (${timeoutSeconds}). Longer ones are ended and go on at the retry.`,
        command: `${log} --filter-pattern OutOfTimeError`,
      },
    ),
    define("Memory near the limit", ofService("MemoryUsed", "Maximum"), NEAR * memoryMegabytes, {
      meaning: `The function used more than ${100 * NEAR} % of memoryMegabytes (${memoryMegabytes}). Above it Lambda ends the run.`,
      command: `pulumi config get memoryMegabytes --stack ${stack}`,
    }),
    rejectedShare(functionName, `${log} --filter-pattern rejected`),
    define("Failed events", ofQueue(queues.failed), 1, {
      meaning: "The function gave up on events after its retries: they are kept for 14 days.",
      command: `npm run redrive -- --stack ${stack}`,
    }),
  ];
}

const COMMON = {
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  // Nothing is uploaded: nothing is wrong.
  treatMissingData: "notBreaching",
} as const;

function define(
  title: string,
  metric: Pick<
    aws.cloudwatch.MetricAlarmArgs,
    "namespace" | "metricName" | "dimensions" | "statistic"
  >,
  threshold: number,
  {
    meaning,
    command,
    periods = { evaluationPeriods: 1, datapointsToAlarm: 1 },
  }: {
    readonly meaning: string;
    readonly command: string;
    readonly periods?: Pick<
      aws.cloudwatch.MetricAlarmArgs,
      "evaluationPeriods" | "datapointsToAlarm"
    >;
  },
): AlarmDefinition {
  const alarmDescription = describe(title, meaning, command);
  return {
    title,
    watchedMetrics: 1,
    alarm: { ...COMMON, ...metric, ...periods, period: 300, threshold, alarmDescription },
  };
}

/** Of the documents of an hour, in percent. */
function rejectedShare(functionName: string, command: string): AlarmDefinition {
  const title = "Rejected documents";
  const count = (id: string, metricName: string) => ({
    id,
    returnData: false,
    metric: {
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensions: { service: functionName },
      period: 3600,
      stat: "Sum",
    },
  });
  const all = "FILL(rejected, 0) + FILL(embedded, 0) + FILL(unchanged, 0)";
  const watched = [
    count("rejected", "DocumentsRejected"),
    count("embedded", "DocumentsEmbedded"),
    count("unchanged", "DocumentsUnchanged"),
  ];
  return {
    title,
    watchedMetrics: watched.length,
    alarm: {
      ...COMMON,
      evaluationPeriods: 1,
      datapointsToAlarm: 1,
      threshold: MAX_REJECTED_PERCENT,
      metricQueries: [
        {
          id: "share",
          label: "Rejected, percent",
          expression: `IF(${all} >= ${MIN_DOCUMENTS}, 100 * FILL(rejected, 0) / (${all}), 0)`,
          returnData: true,
        },
        ...watched,
      ],
      alarmDescription: describe(
        title,
        `At least ${MAX_REJECTED_PERCENT} % of the documents of an hour cannot be embedded, such as of a type that is not supported.`,
        command,
      ),
    },
  };
}

function describe(title: string, meaning: string, command: string): string {
  return `${meaning} Run \`${command}\`. More: docs/operations.md, ${title}.`;
}
