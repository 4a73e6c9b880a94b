/** Sample documents through the whole product on this machine → the metrics that the function writes meanwhile. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import * as v from "valibot";

/** One value of one metric, as CloudWatch would take it from the log. */
export interface Measurement {
  readonly name: string;
  readonly value: number;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export class LocalRunError extends Error {
  override readonly name = "LocalRunError";
  constructor(exitCode: number | null, problem: string) {
    super(`The local run ended with exit code ${exitCode}: ${problem.trim().slice(-1000)}`);
  }
}

const lineSchema = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.object({
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string() })),
      }),
    ),
  }),
});
const valuesSchema = v.union([v.number(), v.array(v.number())]);

/**
 * Reads lines in CloudWatch's embedded metric format; other lines are passed over.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function parseMeasurements(log: string): Measurement[] {
  return log
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .flatMap((line) => {
      const parsed = v.safeParse(lineSchema, JSON.parse(line));
      if (!parsed.success) return [];
      const { _aws, ...fields } = parsed.output;
      return _aws.CloudWatchMetrics.flatMap(({ Dimensions, Metrics }) =>
        Dimensions.flatMap((names) => {
          const dimensions = Object.fromEntries(names.map((name) => [name, String(fields[name])]));
          return Metrics.flatMap(({ Name }) =>
            [v.parse(valuesSchema, fields[Name])]
              .flat()
              .map((value) => ({ name: Name, value, dimensions, at: _aws.Timestamp })),
          );
        }),
      );
    });
}

/**
 * Runs it in a process of its own, whose whole output is the function's log.
 * @param functionName the dimension `service`
 * @throws {LocalRunError}
 */
export async function measureLocally(functionName: string): Promise<Measurement[]> {
  const program = fileURLToPath(new URL("local-run.ts", import.meta.url));
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, POWERTOOLS_SERVICE_NAME: functionName, LOG_LEVEL: "INFO" },
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [exitCode, log, problem] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ]);
  if (exitCode !== 0) throw new LocalRunError(exitCode, problem);
  return parseMeasurements(log);
}
