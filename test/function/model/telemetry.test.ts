import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { testModelFolder } from "../../models/folders.ts";

const run = promisify(execFile);

interface Found {
  /** What is in the home folder afterwards. */
  readonly filesAtHome: readonly string[];
  readonly output: string;
}

/** Runs a module's source in a process of its own, with an empty home folder. */
async function runAtHome(source: string): Promise<Found> {
  const home = await mkdtemp(join(tmpdir(), "home-"));
  try {
    const env: NodeJS.ProcessEnv = { PATH: process.env.PATH, HOME: home };
    const args = ["--input-type=module", "--eval", source];
    const { stdout } = await run(process.execPath, args, { env });
    return { filesAtHome: await readdir(home, { recursive: true }), output: stdout };
  } finally {
    await rm(home, { recursive: true });
  }
}

const folder = JSON.stringify(testModelFolder("tiny-embeddinggemma"));
const resolve = (specifier: string) => JSON.stringify(import.meta.resolve(specifier));
const manifest = `import { readManifest } from ${resolve("../../../function/model/manifest.ts")};
  const manifest = await readManifest(${folder});`;

const openOfItsOwn = `import ort from ${resolve("onnxruntime-node")};
  const open = () => ort.InferenceSession.create(${folder} + "/onnx/model.onnx", { intraOpNumThreads: 1 });`;
const openOfOurs = `import { openSession } from ${resolve("../../../function/model/session.ts")}; ${manifest}
  process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE = "1769";
  const open = () => openSession(${folder}, manifest);`;

/** Elsewhere a process does not see its threads. */
const itOnLinux = process.platform === "linux" ? it : (_title: string, _test: () => void) => {};

describe("ONNX Runtime's telemetry", () => {
  it("leaves files in the home folder when nobody switches it off", async () => {
    const { filesAtHome } = await runAtHome(`${openOfItsOwn} await open();`);

    assert.notDeepEqual(filesAtHome, []);
  });

  it("is switched off by the time the library is loaded", async () => {
    const { filesAtHome } = await runAtHome(`
      import { openEmbedder } from ${resolve("../../../function/model/embedder.ts")}; ${manifest}
      const embedder = await openEmbedder(${folder}, manifest);
      await embedder.embedDocument("text");`);

    assert.deepEqual(filesAtHome, []);
  });

  // It looks its maker's host up in a thread of its own, seconds later and for as long as the process lives.
  itOnLinux("has no thread to look a name up in", async () => {
    const countThreads = `import { readdirSync } from "node:fs";
      import ${resolve("onnxruntime-node")};
      const count = () => readdirSync("/proc/self/task").length;
      const before = count(); await open(); console.log(count() - before);`;

    assert.equal((await runAtHome(`${openOfItsOwn} ${countThreads}`)).output, "1\n");
    assert.equal((await runAtHome(`${openOfOurs} ${countThreads}`)).output, "0\n");
  });
});
