/** `npm run search -- "question" [--count N] [--json] [--model MODEL] [--state FOLDER]`: what is stored here, nearest first. */
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { searchContent } from "../function/search.ts";
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
      json: { type: "boolean", default: false },
      model: { type: "string" },
      state: { type: "string" },
    },
    allowPositionals: true,
  });
  const question = positionals.join(" ").trim();
  const count = Number(values.count);
  if (question === "" || !Number.isInteger(count) || count < 1) {
    throw new UsageError(
      'Usage: npm run search -- "question" [--count N] [--json] [--model MODEL]',
    );
  }
  const model = await resolveModel(values, process.stderr);
  const stack = await startLocalStack({ folder: model.stateFolder, model });
  try {
    const matches = await searchContent(stack.environment, question, count);
    if (values.json) process.stdout.write(`${JSON.stringify(matches, null, 2)}\n`);
    else if (matches.length === 0) process.stdout.write("Nothing is stored yet: npm start\n");
    else process.stdout.write(`\n${describeMatches(matches).join("\n")}\n`);
  } finally {
    await stack.close();
  }
}

await search().catch((error: unknown) => {
  process.stderr.write(`${reason(error)}\n`);
  process.exitCode = 1;
});
