/** How much is measured. */

export interface BenchmarkOptions {
  /** Undisturbed samples wanted of each figure. */
  readonly runs: number;
  /** How many tokens are embedded to compare graphs. */
  readonly lengths: readonly number[];
  /** How many tokens a cold start embeds: as issued by a document, and by a long one. */
  readonly coldStartLengths: readonly number[];
  /** How many of the samples go through the whole pipeline. */
  readonly documents: number;
}
