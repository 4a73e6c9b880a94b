/** `npm run dashboard [-- FILE]`: the dashboard, drawn from the metrics of a run on this machine; docs/dashboard.svg. */
import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { dashboardBody } from "../infra/dashboard-body.ts";
import { resourceNames } from "../infra/names.ts";
import { drawDashboard } from "./dashboard-picture.ts";
import { measureLocally } from "./local-metrics.ts";

async function draw(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [path = fileURLToPath(new URL("../docs/dashboard.svg", import.meta.url))] = positionals;
  const names = resourceNames({ projectName: "proofmark", environment: "dev" });
  const body = dashboardBody({
    region: "eu-west-1",
    topicName: names.topic,
    functionName: names.ingestFunction,
    searchFunctionName: undefined,
    alarmArns: [],
    timeoutSeconds: 300,
    memoryMegabytes: 3008,
    architecture: "arm64",
    delivery: "direct",
  });
  const measurements = await measureLocally(names.ingestFunction);
  const times = measurements.map(({ at }) => at);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  const caption =
    `Metrics of a real run on one machine, all-MiniLM-L6-v2: ${seconds.toFixed(1)} seconds. ` +
    "Memory and cold start are those of the whole product, Postgres included.";
  await writeFile(path, drawDashboard(body, measurements, caption));
  process.stdout.write(`${path}\n`);
}

await draw().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
