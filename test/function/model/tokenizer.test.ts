import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import * as v from "valibot";
import { ModelFolderError } from "../../../function/errors.ts";
import { type ModelManifest, readManifest } from "../../../function/model/manifest.ts";
import { openTokenizer } from "../../../function/model/tokenizer.ts";
import { compileTokenizer } from "../../../layers/model/compile-tokenizer.ts";
import { testModelFolder } from "../../models/folders.ts";
import reference from "../../models/tiny-embeddinggemma/reference.json" with { type: "json" };
import { tinyDefinition } from "../../models/tokenizers.ts";

/** The same tokenizer both ways, and what is wrong with the first 1,000 bytes (998 characters) of its file. */
const forms = [
  ["tokenizer.json", "Unterminated string in JSON at position 998 "],
  ["tokenizer.bin", "it has 1000 bytes instead of"],
] as const;

describe("openTokenizer", () => {
  let folder: string;
  let tiny: ModelManifest;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "tokenizer-"));
    const source = testModelFolder("tiny-embeddinggemma");
    tiny = await readManifest(source);
    await copyFile(join(source, "tokenizer.json"), join(folder, "tokenizer.json"));
    await writeFile(join(folder, "tokenizer.bin"), compileTokenizer(await tinyDefinition()));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function refusal(tokenizer: string): Promise<string> {
    const error = await openTokenizer(folder, { ...tiny, tokenizer }).catch((cause) => cause);
    assert.ok(error instanceof ModelFolderError);
    assert.equal(error.folder, folder);
    return error.message;
  }

  for (const [tokenizer, damage] of forms) {
    it(`gives the ids of PyTorch's tokenizer, and their number, from ${tokenizer}`, async () => {
      const { encode, countTokens } = await openTokenizer(folder, { ...tiny, tokenizer });

      assert.equal(reference.length, 6);
      for (const { text, input_ids } of reference) {
        assert.deepEqual(encode(text), input_ids);
        assert.equal(countTokens(text), input_ids.length);
      }
    });

    it(`says so when ${tokenizer} is missing or cut short`, async () => {
      const path = join(folder, tokenizer);
      const expected = `${path} is missing or no tokenizer: `;

      await truncate(path, 1000);
      assert.ok((await refusal(tokenizer)).includes(expected + damage));
      await rm(path);
      assert.ok((await refusal(tokenizer)).includes(`${expected}ENOENT`));
    });
  }

  it("says so when a tokenizer.json has the name of a compiled one", async () => {
    await copyFile(join(folder, "tokenizer.json"), join(folder, "other.bin"));

    assert.match(await refusal("other.bin"), /other\.bin is .*: it is no compiled tokenizer\.$/);
  });

  it("loads @huggingface/tokenizers for a tokenizer.json only", async () => {
    assert.equal(await isLibraryLoadedBy("tokenizer.json"), true);
    assert.equal(await isLibraryLoadedBy("tokenizer.bin"), false);
  });

  async function isLibraryLoadedBy(tokenizer: string): Promise<boolean> {
    const module = JSON.stringify(import.meta.resolve("../../../function/model/tokenizer.ts"));
    const parameters = `${JSON.stringify(folder)}, ${JSON.stringify({ ...tiny, tokenizer })}`;
    const source = `
      import { registerHooks } from "node:module";
      let isLoaded = false;
      registerHooks({
        resolve(specifier, context, nextResolve) {
          isLoaded ||= specifier === "@huggingface/tokenizers";
          return nextResolve(specifier, context);
        },
      });
      const { openTokenizer } = await import(${module});
      const { encode } = await openTokenizer(${parameters});
      process.stdout.write(encode("Hello world").length === 5 && String(isLoaded));`;
    const command = ["--input-type=module", "--eval", source];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    return v.parse(v.boolean(), JSON.parse(stdout));
  }
});
