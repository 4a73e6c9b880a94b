/** What a measured program found → one line of JSON for the process that started it. */
import { readFileSync } from "node:fs";

/** Milliseconds on a clock that all processes of this machine share. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** The program's input, given as its one argument. */
export function readInput(): unknown {
  return JSON.parse(process.argv[2] ?? "{}");
}

/** The most memory that the process has had. Linux's `maxRSS` begins with that of the process it was forked from. */
export function peakBytes(): number {
  const status = process.platform === "linux" ? readFileSync("/proc/self/status", "utf8") : "";
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS;
  return Number(kibibytes) * 1024;
}

export function report(found: Readonly<Record<string, number | string>>): void {
  const { user, system } = process.cpuUsage();
  process.stdout.write(JSON.stringify({ ...found, cpuMilliseconds: (user + system) / 1000 }));
}
