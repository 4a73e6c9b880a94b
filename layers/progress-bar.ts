/** How much of something is done → a bar of 25 characters with its percentage. */

/** @param percent a whole number from 0 to 100 */
export function progressBar(percent: number): string {
  return `${"█".repeat(percent / 4).padEnd(25, "░")} ${String(percent).padStart(3)} %`;
}
