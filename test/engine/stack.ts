/** Gives a stack of this program in a folder of its own, driven by the real CLI and engine against the stand-in provider. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import * as v from "valibot";
import { REQUIRED } from "../infra/recorded-program.ts";

/** One thing that the provider was told to do to AWS. */
export interface Change {
  readonly op: "Create" | "Update" | "Delete";
  /** `Type name`, as the mocks' titles. */
  readonly title: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The inputs that differ from before, of an update. */
  readonly changed: readonly string[];
}

export interface Run {
  readonly exitCode: number;
  /** What a person sees. */
  readonly output: string;
  readonly changes: readonly Change[];
}

export interface Stack {
  pulumi(args: readonly string[], input?: string): Promise<Run>;
  preview(): Promise<Run>;
  /** What the next deployment would do, `op Type name` with the inputs of it that differ. */
  plan(): Promise<readonly string[]>;
  up(...options: string[]): Promise<Run>;
  set(path: string, value: string): Promise<void>;
  setSecret(key: string, value: string): Promise<void>;
  unset(path: string): Promise<void>;
  /** Changes the text of one of the program's own sources, and gives the way back. */
  edit(path: string, from: string, to: string): () => void;
  /** All that the stack has left on disk, by path: state with its history, stack file, the provider's log. */
  files(): ReadonlyMap<string, string>;
  state(): Promise<readonly StateResource[]>;
  dispose(): void;
}

const stateSchema = v.object({
  deployment: v.object({
    resources: v.optional(
      v.array(
        v.object({
          urn: v.string(),
          type: v.string(),
          dependencies: v.optional(v.array(v.string()), []),
          retainOnDelete: v.optional(v.boolean(), false),
        }),
      ),
      [],
    ),
  }),
});
export type StateResource = v.InferOutput<typeof stateSchema>["deployment"]["resources"][number];

const planSchema = v.object({
  steps: v.array(
    v.object({
      op: v.string(),
      urn: v.string(),
      diffReasons: v.nullish(v.array(v.string()), []),
    }),
  ),
});

const callSchema = v.object({
  op: v.string(),
  type: v.optional(v.string(), ""),
  name: v.optional(v.string(), ""),
  preview: v.optional(v.boolean(), false),
  inputs: v.optional(v.record(v.string(), v.unknown()), {}),
  changed: v.nullish(v.array(v.string()), []),
});

const SOURCES = ["index.ts", "infra", "function", "layers", "package.json", "Pulumi.yaml"];

export async function createStack(
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Stack> {
  const folder = mkdtempSync(join(tmpdir(), "engine-"));
  const program = join(folder, "program");
  const log = join(folder, "provider.log");
  const environment = { ...isolated(folder, log), ...variables };
  for (const source of SOURCES.filter((path) => existsSync(path))) {
    cpSync(source, join(program, source), { recursive: true });
  }
  symlinkSync(resolve("node_modules"), join(program, "node_modules"));

  async function pulumi(args: readonly string[], input = ""): Promise<Run> {
    const seen = readCalls(log).length;
    const { exitCode, output } = await execute(["--non-interactive", ...args], {
      cwd: program,
      env: environment,
      input,
    });
    return { exitCode, output, changes: toChanges(readCalls(log).slice(seen)) };
  }
  async function succeed(args: readonly string[], input?: string): Promise<string> {
    const { exitCode, output } = await pulumi(args, input);
    assert.equal(exitCode, 0, `pulumi ${args.join(" ")}: ${output}`);
    return output;
  }

  await succeed(["stack", "init", name]);
  await succeed(["config", "set", "aws:region", "eu-west-1"]);
  await succeed(["config", "set", "model", REQUIRED.model]);
  return {
    pulumi,
    preview: () => pulumi(["preview", "--suppress-progress"]),
    plan: async () => {
      const { steps } = v.parse(planSchema, JSON.parse(await succeed(["preview", "--json"])));
      return steps
        .filter(
          ({ op }) => op === "create" || op === "update" || op === "replace" || op === "delete",
        )
        .map(({ op, urn, diffReasons }) =>
          [op, urn.split(":").at(-3), urn.split("::").at(-1), ...diffReasons].join(" "),
        )
        .sort();
    },
    up: (...options) =>
      pulumi(["up", "--yes", "--skip-preview", "--suppress-progress", ...options]),
    set: async (path, value) => {
      await succeed(["config", "set", "--plaintext", "--path", path, value]);
    },
    setSecret: async (key, value) => {
      await succeed(["config", "set", "--secret", key], value);
    },
    unset: async (path) => {
      await succeed(["config", "rm", "--path", path]);
    },
    edit: (path, from, to) => {
      const file = join(program, path);
      const source = readFileSync(file, "utf8");
      assert.ok(source.includes(from), `${path} has no ${from}`);
      writeFileSync(file, source.replace(from, to));
      return () => writeFileSync(file, source);
    },
    files: () =>
      new Map(
        [join(folder, "state"), program]
          .flatMap((root) =>
            readdirSync(root, { recursive: root !== program, withFileTypes: true }),
          )
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name))
          .concat(log)
          .map((path) => [path, readFileSync(path, "utf8")]),
      ),
    state: async () =>
      v.parse(stateSchema, JSON.parse(await succeed(["stack", "export"]))).deployment.resources,
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The environment without this machine's accounts, with a Pulumi home and a state of its own. */
function isolated(folder: string, log: string): NodeJS.ProcessEnv {
  const version = v.parse(
    v.object({ version: v.string() }),
    JSON.parse(readFileSync("node_modules/@pulumi/aws/package.json", "utf8")),
  ).version;
  const home = join(folder, "home");
  // The program asks for the exact version of its @pulumi/aws; the stand-in answers as that one.
  const plugin = join(home, "plugins", `resource-aws-v${version}`);
  mkdirSync(plugin, { recursive: true });
  mkdirSync(join(folder, "state"));
  symlinkSync(findOnPath("standin-aws"), join(plugin, "pulumi-resource-aws"));
  writeFileSync(log, "");
  const inherited = Object.entries(process.env).filter(([key]) => !/^(AWS|PULUMI)_/.test(key));
  return {
    ...Object.fromEntries(inherited),
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${folder}/state`,
    PULUMI_CONFIG_PASSPHRASE: "engine",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NO_COLOR: "1",
    AWS_STANDIN_VERSION: version,
    AWS_STANDIN_LOG: log,
    AWS_EC2_METADATA_DISABLED: "true",
  };
}

function findOnPath(command: string): string {
  const found = (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path));
  assert.ok(found !== undefined, `${command} is not on PATH`);
  return found;
}

function execute(
  args: readonly string[],
  { cwd, env, input }: { cwd: string; env: NodeJS.ProcessEnv; input: string },
): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      "pulumi",
      [...args],
      { cwd, env, maxBuffer: 64 * 1024 ** 2 },
      (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : Number(error.code ?? 1);
        resolve({ exitCode, output: stdout + stderr });
      },
    );
    child.stdin?.end(input);
  });
}

function readCalls(log: string): v.InferOutput<typeof callSchema>[] {
  return readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => v.parse(callSchema, JSON.parse(line)));
}

function toChanges(calls: readonly v.InferOutput<typeof callSchema>[]): Change[] {
  const differences = new Map(
    calls.flatMap(({ op, type, name, changed }) =>
      op === "Diff" ? [[`${type} ${name}`, changed] as const] : [],
    ),
  );
  return calls
    .flatMap(({ op, type, name, preview, inputs }) => {
      if (preview || (op !== "Create" && op !== "Update" && op !== "Delete")) return [];
      const changed = op === "Update" ? (differences.get(`${type} ${name}`) ?? []) : [];
      return [{ op, title: `${type.split(":").at(-1)} ${name}`, inputs, changed } as const];
    })
    .sort((a, b) => `${a.title} ${a.op}`.localeCompare(`${b.title} ${b.op}`));
}
