/** A chunk and the headings above it → the text that is embedded, where they are to be embedded with it. */
import type { Chunk } from "../function/chunk.ts";
import type { CountTokens } from "../function/segments.ts";

/** What the headings of a chunk may take. */
export const maxHeadingTokens = 64;

/** The slot of EmbeddingGemma's prompt that the product leaves empty, having embedded content by itself. */
const emptyTitle = "title: none";

/**
 * Puts the headings that the content itself does not have before it: into the prompt's slot for a title where it has
 * one, else into a line. The outermost are left out where all have more than {@link maxHeadingTokens}.
 * @param prompt the model's prompt for documents
 * @returns the text with its prompt
 */
export function withHeadings(chunk: Chunk, prompt: string, countTokens: CountTokens): string {
  let headings = (chunk.place?.headings ?? []).filter((text) => !chunk.content.includes(text));
  while (headings.length > 0 && countTokens(join(headings)) > maxHeadingTokens) {
    headings = headings.slice(1);
  }
  if (headings.length === 0) return prompt + chunk.content;
  return prompt.includes(emptyTitle)
    ? prompt.replace(emptyTitle, () => `title: ${join(headings)}`) + chunk.content
    : `${prompt}${join(headings)}\n${chunk.content}`;
}

function join(headings: readonly string[]): string {
  return headings.join(" > ");
}
