/** A ranking of documents and those that are relevant → how good the ranking is, in three figures from 0 to 1. */

/** How many documents of a ranking count. */
export const cutoff = 10;

export interface Metrics {
  /**
   * The gains of the ranking, each discounted by the logarithm of its rank, as a share of those of the best one
   * (Järvelin and Kekäläinen, https://doi.org/10.1145/582415.582418). A document's gain is its relevance, as in
   * trec_eval's `ndcg_cut`.
   */
  readonly ndcg: number;
  /** The share of the relevant documents that is in the ranking. */
  readonly recall: number;
  /** One divided by the rank of the first relevant document, 0 where there is none. */
  readonly reciprocalRank: number;
}

/**
 * Measures the first ten documents of a ranking.
 * @param ranking ids, best first, each once
 * @param relevance by id, of at least one document; more is better, and one that is missing is not relevant
 */
export function measureRanking(
  ranking: readonly string[],
  relevance: ReadonlyMap<string, number>,
): Metrics {
  const gains = ranking.slice(0, cutoff).map((id) => relevance.get(id) ?? 0);
  const best = [...relevance.values()].sort((a, b) => b - a).slice(0, cutoff);
  const first = gains.findIndex((gain) => gain > 0);
  return {
    ndcg: discountedGain(gains) / discountedGain(best),
    recall: gains.filter((gain) => gain > 0).length / relevance.size,
    reciprocalRank: first < 0 ? 0 : 1 / (first + 1),
  };
}

function discountedGain(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}

/** The mean of each figure over all questions. */
export function meanMetrics(measured: readonly Metrics[]): Metrics {
  const mean = (figure: (metrics: Metrics) => number) =>
    measured.reduce((sum, metrics) => sum + figure(metrics), 0) / measured.length;
  return {
    ndcg: mean(({ ndcg }) => ndcg),
    recall: mean(({ recall }) => recall),
    reciprocalRank: mean(({ reciprocalRank }) => reciprocalRank),
  };
}
