/**
 * `npm run setup [-- --stack dev]`: makes a stack, writes its settings, builds its layers, and checks what
 * `pulumi up` needs.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import type { PlainSettings } from "../infra/settings-schema.ts";
import { buildWords } from "./built-layers.ts";
import { runChecks } from "./checks.ts";
import { createClients } from "./clients.ts";
import { deploymentChecks } from "./deployment-checks.ts";
import { createFacts } from "./facts.ts";
import { findPerson } from "./person.ts";
import { programFolder } from "./pulumi.ts";
import { reportOutcomes } from "./report.ts";
import { shortName } from "./stack.ts";
import { setUpStack } from "./stack-setup.ts";

class BuildFailedError extends Error {
  override readonly name = "BuildFailedError";
  constructor() {
    super(
      "The settings are written and the layers are not built: what npm run build says is above.",
    );
  }
}

async function setUp(): Promise<void> {
  const { values } = parseArgs({ options: { stack: { type: "string", default: "dev" } } });
  const { stack } = values;
  const clients = createClients();
  const settings = await setUpStack(stack, {
    pulumi: clients.pulumi,
    variables: process.env,
    person: findPerson(),
  });
  print(
    `Settings of stack ${stack} are written to Pulumi.${shortName(stack)}.yaml, the key encrypted.\n`,
  );
  await build(settings);

  print("");
  const failed = await reportOutcomes(
    runChecks(deploymentChecks, createFacts(stack, clients)),
    process.stdout,
  );
  print("");
  if (failed > 0) {
    print(
      `Put right what is marked, and repeat the checks with: npm run doctor -- --stack ${stack}`,
    );
    process.exitCode = 1;
    return;
  }
  print(`Next:
  npm run migrate -- --model ${settings.model}
      makes the tables, with DATABASE_URL set to the database's address
  npm run doctor -- --stack ${stack}
      checks all of it, Supabase too
  pulumi up --stack ${stack}`);
}

async function build(settings: PlainSettings): Promise<void> {
  const child = spawn("npm", buildWords(settings), { cwd: programFolder, stdio: "inherit" });
  const [code] = await once(child, "close");
  if (code !== 0) throw new BuildFailedError();
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await setUp().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
