/** The sums over many histories → the lines that are printed of them. */
import { progressBar } from "../../layers/progress-bar.ts";
import type { Totals } from "./simulate.ts";

export function describeTotals(totals: Totals, seconds: number): string {
  const { histories, events, deliveries, invocations, pruned, embeddings } = totals;
  const { killed, continued, redriven, mostConnections, throughQueue } = totals;
  const faults = [...totals.faults].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const sum = faults.reduce((all, [, count]) => all + count, 0);
  return [
    `${histories} histories (${throughQueue} through a queue) in ${seconds.toFixed(0)} s: ${events} events, delivered ${deliveries} times, ` +
      `${invocations} invocations (${killed} killed, ${continued} continued in another), ${redriven} redriven from the dead-letter queues`,
    `${embeddings.computed} embeddings computed, ${embeddings.computed - embeddings.redundant} at the least: ` +
      `${embeddings.redundant} of content that another invocation was storing at the time`,
    `${mostConnections} connections to Supabase at the same time, at the most`,
    `${pruned} rows of documents that never finished, pruned`,
    `${sum} faults:`,
    ...faults.map(([name, count]) => `  ${String(count).padStart(8)}  ${name}`),
  ].join("\n");
}

/** The progress after `done` of `runs`, where it shows: each percent at a terminal, elsewhere each tenth. */
export function describeProgress(done: number, runs: number, isTerminal: boolean): string {
  const percent = Math.floor((100 * done) / runs);
  if (percent === Math.floor((100 * (done - 1)) / runs)) return "";
  const line = `${progressBar(percent)}  ${done} of ${runs} histories`;
  if (isTerminal) return `\r\x1b[K${line}`;
  return percent % 10 === 0 ? `${line}\n` : "";
}
