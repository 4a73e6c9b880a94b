/** What the three commands have in common: how they end, and what they refuse. */
import { reason } from "../function/errors.ts";

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Runs the command; an error is one line and exit code 1. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  await command().catch((error: unknown) => {
    process.stderr.write(`${reason(error)}\n`);
    process.exitCode = 1;
  });
}

export function print(line = ""): void {
  process.stdout.write(`${line}\n`);
}

/** @throws {UsageError} */
export function parseRate(text: string): number {
  const rate = Number(text);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new UsageError(`--rate must be a number of objects a second above 0, not ${text}.`);
}
