/**
 * `npm run cost -- --documents N --tokens T [--stack NAME]`: what a month with N documents of T tokens costs, by item.
 * With a stack by its settings and its own metrics, else by the default settings and this machine's speed.
 */
import { parseArgs } from "node:util";
import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { cost } from "../bench/cost.ts";
import { measureSpeed, readSpeed, speedPath } from "../bench/speed.ts";
import { reason } from "../function/errors.ts";
import { resourceNames } from "../infra/names.ts";
import { type PlainSettings, parseSettings } from "../infra/settings-schema.ts";
import { bill, type Rates } from "./bill.ts";
import { billReport } from "./bill-report.ts";
import { createClients } from "./clients.ts";
import { createFacts } from "./facts.ts";
import { awsTarget, project } from "./stack.ts";
import { readStackRates } from "./stack-rates.ts";

class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A document's line, its metrics and the three lines that Lambda adds, with CloudWatch's 26 bytes for each. */
const LOG_BYTES_PER_DOCUMENT = 1500;

interface Source {
  readonly settings: PlainSettings;
  readonly rates: Rates;
  /** Where both come from. */
  readonly description: string;
}

async function calculate(): Promise<void> {
  const { values } = parseArgs({
    options: {
      documents: { type: "string" },
      tokens: { type: "string" },
      stack: { type: "string" },
    },
  });
  const workload = {
    documents: wholeNumber("documents", values.documents),
    tokens: wholeNumber("tokens", values.tokens),
  };
  const { settings, rates, description } = await (values.stack === undefined
    ? reckon(defaultSettings())
    : inspect(values.stack));
  const items = bill(workload, settings, rates);
  const lines = billReport(workload, settings, items, description);
  process.stdout.write(`${lines.join("\n")}\n`);
}

function wholeNumber(name: string, text = ""): number {
  if (!/^\d+$/.test(text)) {
    throw new UsageError(
      `--${name} must be a whole number. Usage: npm run cost -- --documents N --tokens T [--stack NAME]`,
    );
  }
  return Number(text);
}

/** By this machine's speed, at the memory of the settings. */
async function reckon(settings: PlainSettings, why = ""): Promise<Source> {
  const speed = await readSpeed(speedPath, () => {
    process.stderr.write("… measuring this machine's speed, once\n");
    return measureSpeed();
  });
  const { milliseconds } = cost(settings.memoryMegabytes, speed.milliseconds);
  return {
    settings,
    rates: {
      millisecondsPerToken: milliseconds / speed.tokens,
      logBytesPerDocument: LOG_BYTES_PER_DOCUMENT,
    },
    description:
      `${why}computing alone, at this machine's speed with ${speed.model}` +
      (speed.isDisturbed
        ? " (other work slowed the measurement down: too much rather than too little)"
        : ""),
  };
}

async function inspect(stack: string): Promise<Source> {
  const facts = createFacts(stack, createClients());
  const settings = await facts.settings();
  const cloudWatch = new CloudWatchClient({ ...awsTarget(await facts.configuration()) });
  const { ingestFunction } = resourceNames(settings);
  const rates = await readStackRates(
    (input) => cloudWatch.send(new GetMetricDataCommand(input)),
    ingestFunction,
    new Date(),
  );
  return rates === undefined
    ? reckon(settings, `${stack} has embedded nothing in 30 days; `)
    : { settings, rates, description: `all that ${stack} did in the last 30 days, by its tokens` };
}

/** Of a stack in which nothing is set but what has to be. */
function defaultSettings(): PlainSettings {
  const required = {
    [`${project}:supabaseUrl`]: "https://reference.supabase.co",
    [`${project}:supabaseServiceKey`]: "unused",
    [`${project}:buckets`]: '[{"name":"documents"}]',
  };
  const parsed = parseSettings(required, { project, stack: "dev" });
  if ("mistakes" in parsed) throw new UsageError(parsed.mistakes.join("\n"));
  return parsed.settings;
}

await calculate().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
