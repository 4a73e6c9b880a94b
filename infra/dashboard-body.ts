/** Takes a stack's names and limits and gives the body of its dashboard, which reads from top to bottom like the flow. */
import type { Architecture } from "../layers/dependencies/contents.ts";
import {
  type DashboardBody,
  layOut,
  type Metric,
  type MetricOptions,
  type MetricProperties,
  type Widget,
} from "./dashboard-layout.ts";
import { METRICS_NAMESPACE } from "./function-environment.ts";
import { prices } from "./list-prices.ts";
import { queueNames } from "./names.ts";

export interface DashboardSubject {
  readonly region: string;
  readonly topicName: string;
  readonly functionName: string;
  readonly searchFunctionName: string | undefined;
  /** Of the alarms, if there are any. */
  readonly alarmArns: readonly string[];
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly architecture: Architecture;
  readonly delivery: "direct" | "queue";
}

const PERIOD_SECONDS = 300;

export function dashboardBody(subject: DashboardSubject): DashboardBody {
  const { alarmArns, searchFunctionName } = subject;
  return layOut([
    ...(alarmArns.length > 0
      ? [[{ type: "alarm", properties: { title: "Alarms", alarms: alarmArns } } as const]]
      : []),
    ...uploads(subject),
    ...runs(subject),
    ...documents(subject),
    ...embeddings(subject),
    ...deadLetters(subject),
    ...(searchFunctionName === undefined ? [] : searches(subject, searchFunctionName)),
    ...costs(subject),
  ]);
}

type Rows = readonly (readonly Widget[])[];

function uploads({ region, topicName, functionName, delivery }: DashboardSubject): Rows {
  const ofTopic = (name: string, label: string): Metric => [
    "AWS/SNS",
    name,
    "TopicName",
    topicName,
    { label },
  ];
  return [
    [
      heading(
        "Uploads",
        delivery === "queue"
          ? "S3 tells the topic of each object, and the topic hands it to the queue that the function empties."
          : "S3 tells the topic of each object, and the topic hands it to the function.",
      ),
    ],
    [
      graph(region, "Events of the buckets", [
        ofTopic("NumberOfMessagesPublished", "from S3"),
        ofTopic(
          "NumberOfNotificationsDelivered",
          `to the ${delivery === "queue" ? "queue" : "function"}`,
        ),
        ofTopic("NumberOfNotificationsFailed", "not delivered"),
      ]),
      ...(delivery === "queue" ? waiting(region, queueNames(functionName).uploads) : []),
    ],
  ];
}

function waiting(region: string, queueName: string): Widget[] {
  const visible = "ApproximateNumberOfMessagesVisible";
  const underWay = "ApproximateNumberOfMessagesNotVisible";
  const age = "ApproximateAgeOfOldestMessage";
  return [
    graph(region, "Uploads in the queue", [
      ofQueue(visible, queueName, "waiting"),
      ofQueue(underWay, queueName, "under way"),
    ]),
    graph(region, "The oldest upload in the queue, s", [ofQueue(age, queueName, "age")]),
  ];
}

function runs({ region, functionName, timeoutSeconds, memoryMegabytes }: DashboardSubject): Rows {
  return [
    [heading("Runs", "What fails is retried; what is throttled waits.")],
    [
      graph(region, "Runs", [
        ofFunction(functionName, "Invocations", { label: "runs" }),
        ofFunction(functionName, "Errors", { label: "failed" }),
        ofFunction(functionName, "Throttles", { label: "throttled" }),
        ofFunction(functionName, "ConcurrentExecutions", { label: "at a time", stat: "Maximum" }),
      ]),
      graph(
        region,
        "Duration, ms",
        [
          ofFunction(functionName, "Duration", { label: "half of them below", stat: "p50" }),
          ofFunction(functionName, "Duration", { label: "longest", stat: "Maximum" }),
        ],
        { annotations: limit("timeoutSeconds", 1000 * timeoutSeconds) },
      ),
      graph(
        region,
        "Memory, MB",
        [ofService(functionName, "MemoryUsed", { label: "most used", stat: "Maximum" })],
        { annotations: limit("memoryMegabytes", memoryMegabytes) },
      ),
      graph(region, "Cold starts", [
        ofService(functionName, "ColdStarts", { label: "cold starts" }),
        ofService(functionName, "InitialisationTime", {
          label: "took, ms",
          stat: "Average",
          yAxis: "right",
        }),
      ]),
    ],
  ];
}

function documents({ region, functionName, delivery }: DashboardSubject): Rows {
  const outcomes = [
    "Embedded",
    "Continued",
    "Unchanged",
    "Removed",
    "Superseded",
    "Rejected",
    "Failed",
  ];
  const search = `{${METRICS_NAMESPACE},service,reason} MetricName="DocumentsRejected" service="${functionName}"`;
  return [
    [heading("Documents", "What became of each object; one that failed is counted at each try.")],
    [
      graph(
        region,
        "Documents",
        outcomes.map((outcome) =>
          ofService(functionName, `Documents${outcome}`, { label: outcome.toLowerCase() }),
        ),
        { stacked: true },
      ),
      graph(
        region,
        "Rejected, by reason",
        [[{ expression: `SEARCH('${search}', 'Sum', ${PERIOD_SECONDS})`, id: "reasons" }]],
        { stacked: true },
      ),
      graph(region, "Without credentials", [
        ofService(functionName, "CredentialsFailed", { label: "not read, or refused" }),
      ]),
      ...(delivery === "queue"
        ? [
            graph(region, "Messages that cannot be read", [
              ofService(functionName, "MessagesFailed", { label: "at each try" }),
            ]),
          ]
        : []),
    ],
  ];
}

function embeddings({ region, functionName }: DashboardSubject): Rows {
  return [
    [
      heading(
        "Embeddings",
        "What the model computed; content that was known is not computed again.",
      ),
    ],
    [
      graph(region, "Chunks and tokens", [
        ofService(functionName, "ChunksEmbedded", { label: "chunks" }),
        ofService(functionName, "TokensEmbedded", { label: "tokens", yAxis: "right" }),
      ]),
      graph(region, "Tokens per second", [
        ofService(functionName, "TokensPerSecond", { label: "of a document", stat: "Average" }),
      ]),
      graph(region, "Embedding a document, ms", [
        ofService(functionName, "EmbeddingTime", { label: "half of them below", stat: "p50" }),
        ofService(functionName, "EmbeddingTime", { label: "longest", stat: "Maximum" }),
      ]),
    ],
  ];
}

function deadLetters({ region, functionName }: DashboardSubject): Rows {
  const { failed, undelivered } = queueNames(functionName);
  const both = (name: string) => [
    ofQueue(name, failed, "failed: the function gave up"),
    ofQueue(name, undelivered, "undelivered: never reached it"),
  ];
  return [
    [heading("Dead-letter queues", "Kept for 14 days. `npm run redrive` hands them over again.")],
    [
      graph(region, "Events now", both("ApproximateNumberOfMessagesVisible"), {
        view: "singleValue",
      }),
      graph(region, "Events", both("ApproximateNumberOfMessagesVisible")),
      graph(region, "Age of the oldest, s", both("ApproximateAgeOfOldestMessage")),
    ],
  ];
}

function searches({ region }: DashboardSubject, functionName: string): Rows {
  return [
    [heading("Search", "Questions to the search function.")],
    [
      graph(region, "Questions", [
        ofFunction(functionName, "Invocations", { label: "asked" }),
        ofFunction(functionName, "Errors", { label: "failed" }),
      ]),
      graph(region, "Answers, ms", [
        ofFunction(functionName, "Duration", { label: "half of them below", stat: "p50" }),
        ofFunction(functionName, "Duration", { label: "longest", stat: "Maximum" }),
      ]),
    ],
  ];
}

function costs({ region, functionName, memoryMegabytes, architecture }: DashboardSubject): Rows {
  const dollarsPerSecond = (memoryMegabytes / 1024) * prices.dollarsPerGigabyteSecond[architecture];
  const hidden = (id: string) => ({ id, visible: false });
  return [
    [
      heading(
        "Costs",
        `Of the ingest function, at the list prices of ${prices.asOf} in ${prices.region}. All items: \`npm run cost\`.`,
      ),
    ],
    [
      graph(region, "Dollars", [
        ofFunction(functionName, "Duration", hidden("duration")),
        ofFunction(functionName, "Invocations", hidden("invocations")),
        [
          "AWS/Logs",
          "IncomingBytes",
          "LogGroupName",
          `/aws/lambda/${functionName}`,
          hidden("bytes"),
        ],
        [
          {
            expression: `FILL(duration, 0) / 1000 * ${dollarsPerSecond.toFixed(12)} + FILL(invocations, 0) * ${prices.dollarsPerMillionRequests} / 1000000`,
            label: "Lambda",
            id: "lambda",
          },
        ],
        [
          {
            expression: `FILL(bytes, 0) / 1000000000 * ${prices.dollarsPerLogGigabyte}`,
            label: "logs",
            id: "logs",
          },
        ],
      ]),
    ],
  ];
}

function heading(title: string, sentence: string): Widget {
  return { type: "text", properties: { markdown: `## ${title}\n${sentence}` } };
}

function graph(
  region: string,
  title: string,
  metrics: MetricProperties["metrics"],
  options: Partial<MetricProperties> = {},
): Widget {
  const common = { view: "timeSeries", stat: "Sum", period: PERIOD_SECONDS } as const;
  const axes =
    options.view === "singleValue" ? {} : { yAxis: { left: { min: 0, showUnits: false } } };
  return { type: "metric", properties: { title, region, metrics, ...common, ...axes, ...options } };
}

function ofQueue(name: string, queueName: string, label: string): Metric {
  return ["AWS/SQS", name, "QueueName", queueName, { label, stat: "Maximum" }];
}

function ofFunction(functionName: string, name: string, options: MetricOptions): Metric {
  return ["AWS/Lambda", name, "FunctionName", functionName, options];
}

function ofService(functionName: string, name: string, options: MetricOptions): Metric {
  return [METRICS_NAMESPACE, name, "service", functionName, options];
}

function limit(label: string, value: number): NonNullable<MetricProperties["annotations"]> {
  return { horizontal: [{ label, value }] };
}
