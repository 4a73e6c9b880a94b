import assert from "node:assert/strict";
import { type Check, type Outcome, runChecks } from "../../tools/checks.ts";

/** A check that finds its own fact true or not. */
function check(name: string, ...needs: string[]): Check<Readonly<Record<string, boolean>>> {
  return {
    name,
    needs,
    async run(facts) {
      if (facts[name] !== true) throw new Error(`${name} is wrong`);
      return `${name} is right`;
    },
  };
}

const checks = [check("a"), check("b", "a"), check("c", "b"), check("d", "a"), check("e")];

async function outcomes(facts: Readonly<Record<string, boolean>>): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for await (const outcome of runChecks(checks, facts)) found.push(outcome);
  return found;
}

describe("runChecks", () => {
  it("gives what each check found, in their order", async () => {
    assert.deepEqual(
      await outcomes({ a: true, b: true, c: true, d: true, e: true }),
      ["a", "b", "c", "d", "e"].map((name) => ({
        name,
        status: "passed",
        detail: `${name} is right`,
      })),
    );
  });

  it("skips what a failed check stands in the way of, near and far, and runs the others", async () => {
    assert.deepEqual(await outcomes({ a: true, c: true, d: true, e: true }), [
      { name: "a", status: "passed", detail: "a is right" },
      { name: "b", status: "failed", detail: "b is wrong" },
      { name: "c", status: "skipped", detail: "needs b" },
      { name: "d", status: "passed", detail: "d is right" },
      { name: "e", status: "passed", detail: "e is right" },
    ]);
  });
});
