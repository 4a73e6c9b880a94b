/**
 * `npm start -- [--model MODEL] [--state FOLDER] [--remove KEY] [PATH …]`: documents go from upload to
 * search, on this machine.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { reason } from "../function/errors.ts";
import { searchContent } from "../function/search.ts";
import { findDocuments } from "./documents.ts";
import { resolveModel } from "./model.ts";
import { describeMatches, describeRows } from "./report.ts";
import { resume } from "./resume.ts";
import { startLocalStack } from "./stack.ts";
import { createTerminal } from "./terminal.ts";

const samplesPath = new URL("../samples", import.meta.url).pathname;
const sampleQuestions = [
  "May I work from Spain for a month?",
  "How can I tell that a thunderstorm is coming?",
];

const { print, telemetry, counts, peakBytes } = createTerminal(process.stdout);

try {
  const { values, positionals } = parseArgs({
    options: {
      model: { type: "string" },
      state: { type: "string" },
      remove: { type: "string", multiple: true, default: [] },
    },
    allowPositionals: true,
  });
  const isSampleRun = positionals.length === 0 && values.remove.length === 0;
  const documents = await findDocuments(isSampleRun ? [samplesPath] : positionals);
  const model = await resolveModel(values, process.stdout);
  const { id, dtype, dimensions, windowTokens } = model.manifest;

  print();
  print(`Model     ${id} (${dtype}), ${dimensions} dimensions, window of ${windowTokens} tokens`);
  print(`State     ${model.stateFolder}`);
  const stack = await startLocalStack({ folder: model.stateFolder, model, telemetry });
  try {
    await resume(stack);
    for (const key of values.remove) await stack.remove(key);
    print();
    if (documents.length > 0)
      print(`Uploading ${documents.length} objects to s3://${stack.bucket.name}`);
    for (const { path, key } of documents) {
      // A failure is shown on its object's line and counted; the others go on.
      await stack.upload(key, await readFile(path)).catch((error: unknown) => {
        if (counts.failed === 0) print(`  ! ${key}  ${reason(error)}`);
      });
    }
    print();
    for (const line of await describeRows(stack.database)) print(line);

    for (const question of isSampleRun ? sampleQuestions : []) {
      print();
      print(`Search: ${question}`);
      const matches = await searchContent(stack.environment, question, { count: 3 });
      for (const line of describeMatches(matches)) print(line);
    }
  } finally {
    await stack.close();
  }

  print();
  print(
    `${counts.embedded} embedded, ${counts.unchanged} unchanged, ${counts.removed} removed, ` +
      `${counts.rejected} rejected, ${counts.failed} failed; ` +
      `at most ${Math.round(peakBytes() / 1e6)} MB of memory, Postgres included`,
  );
  print();
  print("Next:");
  print('  npm run search -- "a question of your own"');
  print("  npm start -- PATH …            your own files and folders");
  print("  npm start -- --remove KEY      remove an object, and its rows with it");
  print(
    "  npm start -- --model embeddinggemma-300m   the model that the cloud uses (about 220 MB)",
  );
  if (counts.failed > 0) process.exitCode = 1;
} catch (error) {
  print(`\n${reason(error)}`);
  process.exitCode = 1;
}
