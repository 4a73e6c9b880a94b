/** Checks in their order → an outcome of each, as it comes. */
import { reason } from "../function/errors.ts";

export interface Check<Facts> {
  readonly name: string;
  /** Names of earlier checks without which this one says nothing. */
  readonly needs: readonly string[];
  /** Gives what was found, and throws what is wrong together with what to do. */
  run(facts: Facts): Promise<string>;
}

export interface Outcome {
  readonly name: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly detail: string;
}

/** Runs the checks one after the other; one whose needs have not passed is skipped. */
export async function* runChecks<Facts>(
  checks: readonly Check<Facts>[],
  facts: Facts,
): AsyncGenerator<Outcome> {
  const passed = new Set<string>();
  for (const { name, needs, run } of checks) {
    const missing = needs.filter((need) => !passed.has(need));
    if (missing.length > 0) {
      yield { name, status: "skipped", detail: `needs ${missing.join(" and ")}` };
      continue;
    }
    const outcome = await run(facts).then(
      (detail) => ({ name, status: "passed", detail }) as const,
      (error: unknown) => ({ name, status: "failed", detail: reason(error) }) as const,
    );
    if (outcome.status === "passed") passed.add(name);
    yield outcome;
  }
}

/** What a check found is not as it must be: the message says what, and what to do. */
export class CheckFailedError extends Error {
  override readonly name = "CheckFailedError";
}
