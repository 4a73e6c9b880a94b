/** The items of a bill → aligned lines for a person. */
import { prices } from "../infra/list-prices.ts";
import { table } from "../layers/table.ts";
import type { BilledSettings, BillItem, Workload } from "./bill.ts";

/** @param source of what a document takes, as a person would name it */
export function billReport(
  { documents, tokens }: Workload,
  { architecture, memoryMegabytes }: Pick<BilledSettings, "architecture" | "memoryMegabytes">,
  items: readonly BillItem[],
  source: string,
): string[] {
  const total = items.reduce((sum, { dollars }) => sum + dollars, 0);
  const number = (value: number) => value.toLocaleString("en");
  return [
    `A month with ${number(documents)} new documents of ${number(tokens)} tokens, ` +
      `${number(memoryMegabytes)} MB on ${architecture}`,
    "",
    ...table([
      ...items.map(({ name, quantity, dollars }) => [name, quantity, dollarsOf(dollars)]),
      ["together", "", dollarsOf(total)],
    ]),
    "",
    `Lambda's time: ${source}.`,
    `List prices of ${prices.region}, ${prices.asOf}, without free tier, storage, network and Supabase.`,
  ];
}

/** Cents, and of less than ten cents the tenths of one. */
function dollarsOf(dollars: number): string {
  return `$${dollars.toFixed(dollars > 0 && dollars < 0.1 ? 3 : 2)}`;
}
