/** The same questions measured in two ways → by how much one way is better, and how sure that is. */

export interface Difference {
  readonly mean: number;
  /** Half the width of the 95 % confidence interval around the mean; not given for fewer than two questions. */
  readonly margin: number | undefined;
}

/** Of the standard normal distribution, which Student's is near to from some 30 questions on. */
const quantile = 1.96;

/**
 * Compares question by question, as a paired t-test does: on rankings it finds what a bootstrap and a randomisation
 * find (Smucker, Allan and Carterette, https://doi.org/10.1145/1321440.1321528).
 * @param better and `worse`: a figure for each question, in the same order
 */
export function pairedDifference(better: readonly number[], worse: readonly number[]): Difference {
  const differences = better.map((value, index) => value - (worse[index] ?? Number.NaN));
  const count = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, margin: undefined };
  const squares = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, margin: quantile * Math.sqrt(squares / (count - 1) / count) };
}
