/**
 * `npm run search -- "question" [--count N] [--json]`: what is stored, nearest first. Asks this machine's
 * store (`[--model MODEL] [--state FOLDER]`), or the deployed function of `--stack NAME` or `--function NAME`.
 */
import { parseArgs } from "node:util";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { reason } from "../function/errors.ts";
import { searchContent } from "../function/search.ts";
import type { Match } from "../function/store.ts";
import { findSearchFunction, searchDeployed } from "../tools/deployed-search.ts";
import { createPulumi } from "../tools/pulumi.ts";
import { awsTarget, readConfiguration } from "../tools/stack.ts";
import { resolveModel } from "./model.ts";
import { describeMatches } from "./report.ts";
import { startLocalStack } from "./stack.ts";

class UsageError extends Error {
  override readonly name = "UsageError";
}

interface Question {
  readonly question: string;
  readonly count: number;
}

async function search(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      count: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
      stack: { type: "string" },
      function: { type: "string" },
      model: { type: "string" },
      state: { type: "string" },
    },
    allowPositionals: true,
  });
  const question = positionals.join(" ").trim();
  const count = Number(values.count);
  if (question === "" || !Number.isInteger(count) || count < 1) {
    throw new UsageError(
      'Usage: npm run search -- "question" [--count N] [--json] [--model MODEL | --stack NAME | --function NAME]',
    );
  }
  const isLocal = values.stack === undefined && values.function === undefined;
  const matches = isLocal
    ? await searchHere({ question, count }, values)
    : await searchCloud({ question, count }, values);
  if (values.json) print(JSON.stringify(matches, null, 2));
  else if (matches.length > 0) print(`\n${describeMatches(matches).join("\n")}`);
  else print(`Nothing is stored yet: ${isLocal ? "npm start" : "upload a document"}`);
}

async function searchHere(
  { question, count }: Question,
  options: { readonly model?: string; readonly state?: string },
): Promise<readonly Match[]> {
  const model = await resolveModel(options, process.stderr);
  const stack = await startLocalStack({ folder: model.stateFolder, model });
  try {
    return await searchContent(stack.environment, question, count);
  } finally {
    await stack.close();
  }
}

async function searchCloud(
  question: Question,
  { stack, function: functionName }: { readonly stack?: string; readonly function?: string },
): Promise<readonly Match[]> {
  if (stack === undefined) return searchDeployed(new LambdaClient(), functionName ?? "", question);
  const pulumi = createPulumi();
  const deployed = functionName ?? (await findSearchFunction(pulumi, stack));
  const target = awsTarget(await readConfiguration(pulumi, stack, { showSecrets: false }));
  return searchDeployed(new LambdaClient({ ...target }), deployed, question);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

await search().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
