/** A comparison of two tokenizers → what is printed of it. */
import type { Comparison, Difference } from "./compare.ts";

export function describeComparison(
  name: string,
  { strings, tokens, difference }: Comparison,
): string {
  const compared = `${name}: ${strings} strings, ${tokens} tokens`;
  return difference === undefined
    ? `${compared}, 0 differences`
    : `${compared} alike, then 1 difference\n${describeDifference(difference)}`;
}

function describeDifference({ text, expected, ids, count }: Difference): string {
  return [
    `  text      ${JSON.stringify(text)}`,
    `  expected  ${expected.length}: ${expected.join(" ")}`,
    `  compiled  ${ids.length}: ${ids.join(" ")}`,
    `  counted   ${count}`,
  ].join("\n");
}
