/** A folder in BEIR's layout → documents, and questions with the documents that answer them. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as v from "valibot";

export interface CorpusDocument {
  readonly id: string;
  /** Blank where it has none. */
  readonly title: string;
  readonly text: string;
}

export interface Query {
  readonly id: string;
  readonly text: string;
  /** What sort of question it is (`metadata.kind`), where the dataset says so. */
  readonly kind: string | undefined;
  /** By document, above 0; of one document at the least. */
  readonly relevance: ReadonlyMap<string, number>;
}

export interface Dataset {
  readonly documents: readonly CorpusDocument[];
  readonly queries: readonly Query[];
}

export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly path: string;
  /** From 1; not given where the file is not at fault in one place. */
  readonly line: number | undefined;
  constructor(path: string, line: number | undefined, problem: string, options?: ErrorOptions) {
    super(`${path}${line === undefined ? "" : `, line ${line}`}: ${problem}`, options);
    this.path = path;
    this.line = line;
  }
}

const documentSchema = v.object({
  _id: v.string(),
  title: v.optional(v.string(), ""),
  text: v.string(),
});
const querySchema = v.object({
  _id: v.string(),
  text: v.string(),
  metadata: v.optional(v.object({ kind: v.optional(v.string()) })),
});

/**
 * Reads `corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv`. Documents without any text and questions without a
 * relevant document are left out.
 * https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset
 * @throws {DatasetError} for a file that is missing and for the first line that is not as it should be
 */
export async function readDataset(folder: string): Promise<Dataset> {
  const documents = await readById(join(folder, "corpus.jsonl"), documentSchema);
  const queries = await readById(join(folder, "queries.jsonl"), querySchema);
  const relevances = await readRelevances(join(folder, "qrels", "test.tsv"), documents, queries);
  return {
    documents: [...documents.values()]
      .map(({ _id, title, text }) => ({ id: _id, title, text }))
      .filter(({ title, text }) => `${title}${text}`.trim() !== ""),
    queries: [...queries.values()].flatMap(({ _id, text, metadata }) => {
      const relevance = relevances.get(_id);
      return relevance === undefined ? [] : [{ id: _id, text, kind: metadata?.kind, relevance }];
    }),
  };
}

async function readById<Schema extends v.GenericSchema<unknown, { readonly _id: string }>>(
  path: string,
  schema: Schema,
): Promise<Map<string, v.InferOutput<Schema>>> {
  const read = new Map<string, v.InferOutput<Schema>>();
  for await (const { text, line } of linesOf(path)) {
    const parsed = v.safeParse(schema, parseJson(path, line, text));
    if (!parsed.success) {
      const [issue] = parsed.issues;
      const place = v.getDotPath(issue) ?? "it";
      throw new DatasetError(path, line, `${place}: ${issue.message}`);
    }
    const { _id } = parsed.output;
    if (read.has(_id)) throw new DatasetError(path, line, `the _id ${_id} is there twice.`);
    read.set(_id, parsed.output);
  }
  return read;
}

function parseJson(path: string, line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DatasetError(path, line, "expected a JSON object.", { cause });
  }
}

const header = "query-id\tcorpus-id\tscore";

async function readRelevances(
  path: string,
  documents: ReadonlyMap<string, unknown>,
  queries: ReadonlyMap<string, unknown>,
): Promise<Map<string, Map<string, number>>> {
  const relevances = new Map<string, Map<string, number>>();
  for await (const { text, line } of linesOf(path)) {
    if (line === 1) {
      if (text !== header)
        throw new DatasetError(path, line, "expected the header of BEIR's qrels.");
      continue;
    }
    const [query = "", document = "", score = "", ...rest] = text.split("\t");
    if (!/^-?\d+$/.test(score) || rest.length > 0) {
      throw new DatasetError(path, line, "expected a question, a document and a whole number.");
    }
    if (!queries.has(query)) throw new DatasetError(path, line, `there is no question ${query}.`);
    if (!documents.has(document)) {
      throw new DatasetError(path, line, `there is no document ${document}.`);
    }
    if (Number(score) <= 0) continue;
    const relevance = relevances.get(query) ?? new Map<string, number>();
    relevances.set(query, relevance.set(document, Number(score)));
  }
  return relevances;
}

/** The lines that are not blank, with their numbers from 1. */
async function* linesOf(path: string): AsyncGenerator<{ text: string; line: number }> {
  const stream = createReadStream(path, "utf8");
  let line = 0;
  try {
    for await (const text of createInterface({ input: stream, crlfDelay: Infinity })) {
      line += 1;
      if (text.trim() !== "") yield { text, line };
    }
  } catch (cause) {
    if (cause instanceof DatasetError || !isMissing(cause)) throw cause;
    throw new DatasetError(path, undefined, "not found. A dataset is a folder in BEIR's layout.", {
      cause,
    });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
