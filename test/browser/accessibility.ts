/** A page → what axe-core finds wrong with it, by the rules of WCAG 2.2 AA and the best practices. */
import axe, { type AxeResults } from "axe-core";
import type { Page } from "playwright-core";

/** One line for each element at fault: rule, what it asks for, where. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations }: AxeResults = await page.evaluate("axe.run()");
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target }) => `${id}: ${help}: ${target.join(" ")}`),
  );
}
