/** A text and a model → the milliseconds that its tokenizer takes to load, and to encode the text. */
import * as v from "valibot";
import { readManifest } from "../../function/model/manifest.ts";
import { openTokenizer } from "../../function/model/tokenizer.ts";
import { readInput, report } from "./report.ts";

const inputSchema = v.object({ folder: v.string(), text: v.string() });

async function run(): Promise<void> {
  const { folder, text } = v.parse(inputSchema, readInput());
  const manifest = await readManifest(folder);
  const startedAt = performance.now();
  const tokenizer = await openTokenizer(folder, manifest);
  const loadedAt = performance.now();
  const { length: tokens } = tokenizer.encode(text);
  const encodedAt = performance.now();
  report({
    loadMilliseconds: loadedAt - startedAt,
    encodeMilliseconds: encodedAt - loadedAt,
    tokens,
  });
}

run();
