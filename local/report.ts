/** Rows and matches from the store → lines for a person. */
import type { PGlite } from "@electric-sql/pglite";
import type { Match } from "../function/store.ts";
import { readChunkPlace } from "./chunk-place.ts";

interface ContentRow {
  readonly id: string;
  readonly key: string;
  readonly index: number;
  readonly count: number;
  readonly tokens: number;
  readonly content: string;
}

const maxRows = 50;

/** The rows of content_embeddings, a line each under a heading. */
export async function describeRows(database: PGlite): Promise<string[]> {
  const { rows } = await database.query<ContentRow>(
    `select id, key, (metadata -> 'chunk' ->> 'index')::int as index,
       (metadata -> 'chunk' ->> 'count')::int as count, (metadata ->> 'tokens')::int as tokens,
       left(content, 200) as content
     from content_embeddings order by key, index`,
  );
  const shown = rows.slice(0, maxRows);
  const keyWidth = Math.max(3, ...shown.map(({ key }) => Math.min(key.length, 40)));
  const line = (id: string, key: string, chunk: string, tokens: string, content: string) =>
    `  ${id.slice(0, 8)}  ${key.slice(0, keyWidth).padEnd(keyWidth)}  ${chunk.padStart(7)}  ${tokens.padStart(6)}  ${content}`;
  return [
    `content_embeddings: ${rows.length} row${rows.length === 1 ? "" : "s"}`,
    line("id      ", "key", "chunk", "tokens", "content"),
    ...shown.map(({ id, key, index, count, tokens, content }) =>
      line(id, key, `${index + 1} of ${count}`, String(tokens), firstWords(content, 44)),
    ),
    ...(rows.length > shown.length ? [`  … and ${rows.length - shown.length} more`] : []),
  ];
}

/** Matches in rank order, two lines each. */
export function describeMatches(matches: readonly Match[]): string[] {
  return matches.flatMap(({ similarity, key, metadata, content }, rank) => {
    const { index, count } = readChunkPlace(metadata);
    return [
      `  ${rank + 1}.  ${similarity.toFixed(3)}  ${key}, chunk ${index + 1} of ${count}`,
      `              ${firstWords(content, 84)}`,
    ];
  });
}

function firstWords(content: string, maxCharacters: number): string {
  const line = content.replaceAll(/\s+/g, " ").trim();
  if (line.length <= maxCharacters) return line;
  return `${line.slice(0, line.lastIndexOf(" ", maxCharacters))} …`;
}
