/** `npm run key-policy [-- --stack dev]`: prints what the policy of your own KMS key needs, before `kmsKey` names it. */
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { createClients } from "./clients.ts";
import { createFacts } from "./facts.ts";
import { keyStatements } from "./key-statements.ts";

async function print(): Promise<void> {
  const { values } = parseArgs({ options: { stack: { type: "string", default: "dev" } } });
  const statements = await keyStatements(createFacts(values.stack, createClients()));
  process.stdout.write(`${JSON.stringify(statements, null, 2)}\n`);
}

await print().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
