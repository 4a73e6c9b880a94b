/** Runs one of the project's commands as a person would, and gives what it printed. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** @param script relative to the repository; standard input is empty, so there is no terminal */
export function runTool(
  script: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<Run> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, ...variables } };
    const child = execFile(process.execPath, [script, ...words], options, (error, stdout, stderr) =>
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
    );
    child.stdin?.end();
  });
}
