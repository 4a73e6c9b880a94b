/** A function's zip and its layers' zips → the function, running as Lambda runs it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unzipSync } from "fflate";
import { type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";

export interface LambdaEnvironment {
  invoke: RuntimeApi["invoke"];
  /** What the process wrote: the function's log. */
  log(): string;
  /** Every file of the task folder, of /opt and of the home folder, by path. */
  filesOutsideTmp(): Promise<readonly string[]>;
  stop(): Promise<void>;
}

export interface LambdaOptions {
  readonly functionZip: string;
  readonly layers: readonly string[];
  readonly handler: string;
  readonly variables: Readonly<Record<string, string>>;
}

const bootstrap = fileURLToPath(new URL("bootstrap.ts", import.meta.url));

/**
 * Unpacks the zips and starts the handler under this Node, which may write to its own /tmp and nowhere else.
 * The folders stand for /var/task, /opt, /tmp and the home folder.
 */
export async function startLambda(options: LambdaOptions): Promise<LambdaEnvironment> {
  const root = await mkdtemp(join(tmpdir(), "lambda-"));
  const folders = {
    task: join(root, "task"),
    opt: join(root, "opt"),
    tmp: join(root, "tmp"),
    home: join(root, "home"),
  };
  for (const folder of Object.values(folders)) await mkdir(folder);
  await unpack(options.functionZip, folders.task);
  for (const layer of options.layers) await unpack(layer, folders.opt);
  await chmod(folders.task, 0o555);

  const api = await startRuntimeApi();
  const environment = spawn(
    process.execPath,
    [
      "--permission",
      "--allow-fs-read=*",
      `--allow-fs-write=${folders.tmp}`,
      "--allow-addons",
      "--allow-worker",
      bootstrap,
    ],
    {
      cwd: folders.task,
      // Nothing of this process's own variables: Lambda has only these.
      // https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
      env: {
        ...options.variables,
        _HANDLER: options.handler,
        AWS_LAMBDA_RUNTIME_API: api.address,
        LAMBDA_TASK_ROOT: folders.task,
        NODE_PATH: `${folders.opt}/nodejs/node24/node_modules:${folders.opt}/nodejs/node_modules`,
        MODEL_PATH: join(folders.opt, "model"),
        TMPDIR: folders.tmp,
        HOME: folders.home,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "test",
        AWS_SECRET_ACCESS_KEY: "test",
      },
    },
  );
  let log = "";
  for (const stream of [environment.stdout, environment.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      log += chunk;
    });
  }

  const exited = once(environment, "exit").then(() => {
    throw new Error(`The environment ended:\n${log}`);
  });
  exited.catch(() => {});

  return {
    invoke: (event) => Promise.race([api.invoke(event), exited]),
    log: () => log,
    async filesOutsideTmp() {
      const found = await Promise.all(
        [folders.task, folders.opt, folders.home].map((folder) => listFiles(root, folder)),
      );
      return found.flat().sort();
    },
    async stop() {
      environment.kill();
      await exited.catch(() => {});
      await api.close();
      await chmod(folders.task, 0o755);
      await rm(root, { recursive: true });
    },
  };
}

async function unpack(zip: string, folder: string): Promise<void> {
  for (const [path, bytes] of Object.entries(unzipSync(await readFile(zip)))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}
