/** Two graphs of one model → how near their vectors are, over a set of texts. */
import { openSession } from "../../function/model/session.ts";
import { openTokenizer } from "../../function/model/tokenizer.ts";
import type { Model } from "./obtain.ts";

export interface Similarity {
  /** Of the text, the prompt and the special tokens included. */
  readonly tokens: number;
  /** Of the two vectors; NaN where one of them has a NaN or no length. */
  readonly cosine: number;
}

const paragraph =
  "A parcel that nobody has collected by the evening goes back to the depot, where it is kept for seven " +
  "days. The sender pays for its way home unless the label was wrong; then the depot does. ";

/** One token to several hundred; several scripts, digits, code, and a word that no tokenizer has whole. */
const texts = [
  "a",
  "Bees.",
  "Opening hours: Mon–Fri 8:30–17:00, Sat 9–12 (closed on 24/12/2026).",
  "Der Nachtzug fährt erst um 23:58 Uhr; die Fahrkarten gelten trotzdem noch für den alten Tag.",
  "夜行列車は二十三時五十八分に出発します。切符は前日の日付でも有効です。",
  "القطار الليلي يغادر قبل منتصف الليل بدقيقتين. 🚆🌙",
  "for (const [index, chunk] of chunks.entries()) total += chunk.length * 0.5 ** index; // half-life",
  "pneumonoultramicroscopicsilicovolcanoconiosis",
  paragraph,
  paragraph.repeat(5),
  paragraph.repeat(12),
];

/**
 * Embeds the texts with both, one graph after the other in memory. Texts beyond the window are left out.
 * @throws {ModelFolderError} when one of the two cannot be opened
 */
export async function compareGraphs(source: Model, other: Model): Promise<readonly Similarity[]> {
  const { windowTokens, prompts } = source.manifest;
  const tokenizer = await openTokenizer(source.folder, source.manifest);
  const sequences = texts
    .map((text) => tokenizer.encode(prompts.document + text))
    .filter((ids) => ids.length <= windowTokens);
  const expected = await embedAll(source, sequences);
  const found = await embedAll(other, sequences);
  return sequences.map(({ length: tokens }, index) => ({
    tokens,
    cosine: cosine(expected[index] ?? [], found[index] ?? []),
  }));
}

async function embedAll(
  { folder, manifest }: Model,
  sequences: readonly (readonly number[])[],
): Promise<Float32Array[]> {
  const session = await openSession(folder, manifest);
  try {
    const vectors: Float32Array[] = [];
    for (const ids of sequences) vectors.push(await session.run(ids));
    return vectors;
  } finally {
    await session.close();
  }
}

export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN;
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
}
