import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { readManifest } from "../../function/model/manifest.ts";
import { searchContent } from "../../function/search.ts";
import { findDocuments } from "../../local/documents.ts";
import { type LocalStack, startLocalStack } from "../../local/stack.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { embeddedModelFolder } from "../models/folders.ts";

const questionsSchema = v.array(v.object({ question: v.string(), expected: v.string() }));

async function readJson<Schema extends v.GenericSchema>(
  schema: Schema,
  name: string,
): Promise<v.InferOutput<Schema>> {
  return v.parse(schema, JSON.parse(await readFile(new URL(name, import.meta.url), "utf8")));
}

const samples = fileURLToPath(new URL("../../samples", import.meta.url));

describe("search", () => {
  let stack: LocalStack;
  before(async () => {
    const folder = embeddedModelFolder();
    const model = { folder, manifest: await readManifest(folder) };
    stack = await startLocalStack({ model, telemetry: createRecorder() });
    for (const { path, key } of await findDocuments([samples])) {
      await stack.upload(key, await readFile(path));
    }
  });
  after(() => stack.close());

  it("finds the right sample first for at least 9 of 10 paraphrased questions", async () => {
    const questions = await readJson(questionsSchema, "questions.json");
    assert.equal(questions.length, 10);

    const missed: string[] = [];
    for (const { question, expected } of questions) {
      const [first] = await searchContent(stack.environment, question, { count: 1 });
      if (first?.key !== `samples/${expected}`) missed.push(`${question} → ${first?.key}`);
    }

    assert.ok(missed.length <= 1, missed.join("\n"));
  });

  it("is asked questions that share no word with the document but the commonest", async () => {
    const questions = await readJson(questionsSchema, "questions.json");
    const common = new Set(await readJson(v.array(v.string()), "common-words.json"));
    assert.ok(common.size < 150);
    const wordsOf = (text: string) => text.toLowerCase().match(/\p{L}{3,}/gu) ?? [];

    for (const { question, expected } of questions) {
      const document = wordsOf(await readFile(`${samples}/${expected}`, "utf8"));
      const shared = wordsOf(question)
        .filter((word) => !common.has(word))
        .filter((word) => document.some((other) => other.startsWith(word.slice(0, 5))));

      assert.deepEqual(shared, [], question);
    }
  });

  it("finds nothing of what another model embedded", async () => {
    const { embedder, store } = stack.environment;
    const other = { embedder: { ...embedder, model: "another" }, store };

    assert.deepEqual(await searchContent(other, "anything", { count: 10 }), []);
  });
});
