/** Outcomes of checks → a line each for a person. */
import { styleText } from "node:util";
import type { Outcome } from "./checks.ts";

const marks = {
  passed: ["green", "✓"],
  failed: ["red", "✗"],
  skipped: ["gray", "–"],
} as const satisfies Record<Outcome["status"], readonly [string, string]>;

const nameWidth = 12;

/** Writes each outcome as it comes, and gives how many checks failed. */
export async function reportOutcomes(
  outcomes: AsyncIterable<Outcome>,
  stream: NodeJS.WriteStream,
): Promise<number> {
  let failed = 0;
  for await (const { name, status, detail } of outcomes) {
    const [format, mark] = marks[status];
    // A detail of several lines goes on under its first one.
    const text = detail.replaceAll("\n", `\n${" ".repeat(nameWidth + 4)}`);
    stream.write(`${styleText(format, mark, { stream })} ${name.padEnd(nameWidth)}  ${text}\n`);
    if (status === "failed") failed += 1;
  }
  return failed;
}
