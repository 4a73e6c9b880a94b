/** Arguments of the Pulumi CLI → what it prints on standard output. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

/** The repository, where the CLI finds its program. */
export const programFolder = fileURLToPath(new URL("..", import.meta.url));

/** @param input for its standard input: what must not be seen on a command line */
export type Pulumi = (args: readonly string[], input?: string) => Promise<string>;

export class PulumiMissingError extends Error {
  override readonly name = "PulumiMissingError";
  constructor(options: ErrorOptions) {
    super(
      "The Pulumi CLI is not on PATH. Install it: https://www.pulumi.com/docs/install/",
      options,
    );
  }
}

export class PulumiError extends Error {
  override readonly name = "PulumiError";
  readonly exitCode: number;
  constructor(args: readonly string[], exitCode: number, problem: string) {
    super(`pulumi ${args.join(" ")}: ${problem}${adviceFor(problem)}`);
    this.exitCode = exitCode;
  }
}

/**
 * Makes the caller of the CLI for this program. The CLI asks nothing: what is missing is an error. The
 * function throws {@link PulumiMissingError} or {@link PulumiError}.
 */
export function createPulumi(): Pulumi {
  return async (args, input = "") => {
    const child = spawn("pulumi", ["--non-interactive", "--color", "never", ...args], {
      cwd: programFolder,
      env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" },
    });
    const ended = new Promise<number>((resolve, reject) => {
      child.once("error", (cause) => reject(new PulumiMissingError({ cause })));
      child.once("close", (code) => resolve(code ?? 1));
    });
    // A CLI that ends without reading its input is reported by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const [exitCode, stdout, stderr] = await Promise.all([
      ended,
      text(child.stdout),
      text(child.stderr),
    ]);
    if (exitCode !== 0) throw new PulumiError(args, exitCode, problemIn(stderr));
    return stdout;
  };
}

/** The error itself, without warnings before it. */
function problemIn(stderr: string): string {
  return /^error: (.*)/ms.exec(stderr)?.[1]?.trim() ?? stderr.trim();
}

function adviceFor(problem: string): string {
  if (problem.includes("PULUMI_ACCESS_TOKEN")) {
    return ". Log in first: pulumi login, or pulumi login s3://BUCKET, or pulumi login --local";
  }
  if (problem.includes("no stack named")) return ". Make it: npm run setup -- --stack NAME";
  return "";
}
