/** `npm run doctor [-- --stack dev]`: checks all that a deployment needs, a line each. */
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { runChecks } from "./checks.ts";
import { createClients } from "./clients.ts";
import { databaseChecks } from "./database-checks.ts";
import { deploymentChecks } from "./deployment-checks.ts";
import { createFacts } from "./facts.ts";
import { reportOutcomes } from "./report.ts";

async function examine(): Promise<void> {
  const { values } = parseArgs({ options: { stack: { type: "string", default: "dev" } } });
  const facts = createFacts(values.stack, createClients());
  const checks = [...deploymentChecks, ...databaseChecks];
  const failed = await reportOutcomes(runChecks(checks, facts), process.stdout);
  if (failed > 0) process.exitCode = 1;
}

await examine().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
