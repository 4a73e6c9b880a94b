import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("the local run", () => {
  let folder: string;
  let state: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "local-"));
    state = join(folder, "state");
    await mkdir(join(folder, "notes"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function run(script: "start" | "search", ...words: string[]): Promise<Run> {
    const line = [join(root, `local/${script}.ts`), "--state", state, ...words];
    // Whatever the user's own AWS set-up is, a local run must not care.
    const env = { ...process.env, AWS_PROFILE: "nobody", AWS_ENDPOINT_URL: "http://127.0.0.1:1" };
    return new Promise((resolve) => {
      execFile(process.execPath, line, { env }, (error, stdout, stderr) => {
        resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }

  async function write(name: string, content: string): Promise<string> {
    const path = join(folder, "notes", name);
    await writeFile(path, content);
    return path;
  }

  it("embeds documents, shows the rows, and embeds nothing the second time", async () => {
    await write("tea.md", "# Tea\n\nGreen tea wants water of 70 degrees.\n");
    await write("logo.svg", "<svg/>");

    const first = await run("start", join(folder, "notes"));
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(
      first.stdout,
      /✓ notes\/tea\.md {2}read 44 B → text\/markdown → 1 chunk, \d+ tokens/,
    );
    assert.match(first.stdout, /✗ notes\/logo\.svg .*rejected: The object is image\/svg\+xml/);
    assert.match(first.stdout, /content_embeddings: 1 row\n/);
    assert.match(first.stdout, /notes\/tea\.md +1 of 1 +\d+ {2}# Tea Green tea wants/);
    assert.match(first.stdout, /^1 embedded, 0 unchanged, 0 removed, 1 rejected, 0 failed;/m);

    const second = await run("start", join(folder, "notes"));
    assert.equal(second.exitCode, 0, second.stderr);
    assert.match(second.stdout, /^0 embedded, 1 unchanged, 0 removed, 1 rejected, 0 failed;/m);
  });

  it("finds what was stored, as lines and as JSON", async () => {
    await write("tea.md", "Green tea wants water of 70 degrees.");
    await write("ski.md", "Wax the skis when the snow is wet.");
    await run("start", join(folder, "notes"));

    const lines = await run("search", "how hot should a brew be?", "--count", "1");
    assert.equal(lines.exitCode, 0, lines.stderr);
    assert.match(
      lines.stdout,
      /^\s+1\. {2}0\.\d{3} {2}notes\/tea\.md, chunk 1 of 1\n\s+Green tea wants/,
    );
    assert.doesNotMatch(lines.stdout, /ski/);

    const json = await run("search", "--json", "how hot should a brew be?");
    const matches: { key: string }[] = JSON.parse(json.stdout);
    assert.deepEqual(
      matches.map(({ key }) => key),
      ["notes/tea.md", "notes/ski.md"],
    );
  });

  it("removes an object with its rows", async () => {
    const path = await write("tea.md", "Green tea wants water of 70 degrees.");
    await run("start", path);

    const removed = await run("start", "--remove", "tea.md");

    assert.equal(removed.exitCode, 0, removed.stderr);
    assert.match(removed.stdout, /− tea\.md {2}removed/);
    assert.match(removed.stdout, /content_embeddings: 0 rows/);
  });

  it("goes on where it was killed in the middle of a document", async () => {
    const sentences = Array.from({ length: 600 }, (_, n) => `Sentence ${n} is one of very many.`);
    const path = await write("long.txt", sentences.join(" "));
    const script = fileURLToPath(new URL("killed-run.ts", import.meta.url));
    const killed = spawn(process.execPath, [script, state, path, "5"]);
    assert.deepEqual(await once(killed, "exit"), [null, "SIGKILL"]);

    const next = await run("start", "--remove", "nothing.txt");

    assert.equal(next.exitCode, 0, next.stderr);
    const [, chunks, embedded, missing] =
      /✓ long\.txt .* (\d+) chunks, .*→ embedded (\d+) of (\d+) → stored/.exec(next.stdout) ?? [];
    assert.equal(Number(missing), Number(chunks) - 5);
    assert.equal(embedded, missing);
    assert.match(next.stdout, new RegExp(`content_embeddings: ${chunks} rows`));
  });

  for (const [what, words, message] of [
    ["a path that is not there", ["nowhere.txt"], /There is no file or folder .*nowhere\.txt/],
    ["a model that is not known", ["--model", "no-such-model"], /no-such-model/],
    ["an option that does not exist", ["--modle", "x"], /--modle/],
  ] as const) {
    it(`ends with one clear line for ${what}`, async () => {
      const { exitCode, stdout } = await run("start", ...words);

      assert.equal(exitCode, 1);
      assert.match(stdout, message);
      assert.doesNotMatch(stdout, / at .*\.ts:/);
    });
  }

  it("says how to ask when there is no question", async () => {
    const { exitCode, stderr } = await run("search");

    assert.equal(exitCode, 1);
    assert.match(stderr, /^Usage: npm run search -- "question"/);
  });

  it("says that nothing is stored yet", async () => {
    const { exitCode, stdout } = await run("search", "anything");

    assert.equal(exitCode, 0);
    assert.match(stdout, /Nothing is stored yet: npm start/);
  });
});
