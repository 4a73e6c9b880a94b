/** A seed → its history, played; where the tables end up different, the smallest history that does so too. */
import type { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { describeHistory, history } from "./history.ts";
import { createTotals, simulate, type Totals } from "./simulate.ts";

/** Plays one seed. Returns nothing when all is well, and else the divergence as text. */
export async function playSeed(
  database: PGlite,
  seed: number,
  totals: Totals,
  shrinks = true,
): Promise<string | undefined> {
  let isFirst = true;
  const property = fc.asyncProperty(history, async (drawn) => {
    const counted = isFirst ? totals : createTotals();
    isFirst = false;
    await simulate(database, drawn, counted);
  });
  const details = await fc.check(property, { seed, numRuns: 1, endOnFailure: !shrinks });
  const [drawn] = details.counterexample ?? [];
  if (drawn === undefined) return undefined;
  const lines = [`Seed ${seed} diverges; shrunk ${details.numShrinks} times:`, ""];
  lines.push(describeHistory(drawn), "");
  const error = await simulate(database, drawn, createTotals(), (line) => lines.push(line)).then(
    () => "It did not diverge again: the simulation is not deterministic.",
    (cause) => cause,
  );
  lines.push("", `${error}`, "", `Again: npm run simulate -- --seed ${seed}`);
  return lines.join("\n");
}
