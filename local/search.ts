/**
 * `npm run search -- "question" [--count N] [--json]`: what is stored, best first; of it only what `--prefix KEY`,
 * `--from TIME`, `--before TIME` and `--filter JSON` let through, with `--neighbours N` chunks around each. Asks this
 * machine's store (`[--model MODEL] [--state FOLDER]`), or the deployed function of `--stack NAME` or `--function NAME`.
 */
import { parseArgs } from "node:util";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { reason } from "../function/errors.ts";
import { parseQuestion, type Question } from "../function/question.ts";
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

async function search(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      count: { type: "string", default: "5" },
      prefix: { type: "string" },
      from: { type: "string" },
      before: { type: "string" },
      filter: { type: "string" },
      neighbours: { type: "string" },
      json: { type: "boolean", default: false },
      stack: { type: "string" },
      function: { type: "string" },
      model: { type: "string" },
      state: { type: "string" },
    },
    allowPositionals: true,
  });
  if (positionals.length === 0) {
    throw new UsageError(
      'Usage: npm run search -- "question" [--count N] [--prefix KEY] [--from TIME] [--before TIME] [--filter JSON] ' +
        "[--neighbours N] [--json] [--model MODEL | --stack NAME | --function NAME]",
    );
  }
  const question = parseQuestion({
    question: positionals.join(" "),
    count: Number(values.count),
    keyPrefix: values.prefix,
    modifiedFrom: values.from,
    modifiedBefore: values.before,
    filter: values.filter === undefined ? undefined : parseFilter(values.filter),
    neighbours: values.neighbours === undefined ? undefined : Number(values.neighbours),
  });
  const isLocal = values.stack === undefined && values.function === undefined;
  const matches = isLocal
    ? await searchHere(question, values)
    : await searchCloud(question, values);
  if (values.json) print(JSON.stringify(matches, null, 2));
  else if (matches.length > 0) print(`\n${describeMatches(matches).join("\n")}`);
  else if (isNarrowed(question)) print("Nothing that is stored is of what was asked for.");
  else print(`Nothing is stored yet: ${isLocal ? "npm start" : "upload a document"}`);
}

function parseFilter(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new UsageError(`--filter must be JSON as '{"user": {"team": "sales"}}', not ${json}`);
  }
}

function isNarrowed({ filter, keyPrefix, modifiedFrom, modifiedBefore }: Question): boolean {
  return [filter, keyPrefix, modifiedFrom, modifiedBefore].some((part) => part !== undefined);
}

async function searchHere(
  { question, ...options }: Question,
  place: { readonly model?: string; readonly state?: string },
): Promise<readonly Match[]> {
  const model = await resolveModel(place, process.stderr);
  const stack = await startLocalStack({ folder: model.stateFolder, model });
  try {
    return await searchContent(stack.environment, question, options);
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
