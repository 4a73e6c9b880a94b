/** The documents' embeddings in the database → a map of them. */
import type { PGlite } from "@electric-sql/pglite";
import type { MapAnswer, MapPoint } from "./answers.ts";
import { dot } from "./dot.ts";
import { projectToPlane } from "./projection.ts";

interface EmbeddedDocument {
  readonly key: string;
  /** The mean of its chunks, normalised. */
  readonly embedding: readonly number[];
}

/** More points than these could not be told apart, and each is compared with all others. */
const maxPoints = 500;
const nearestCount = 3;

/** @param model as in metadata.model: vectors of two models have no place in one plane */
export async function readMap(database: PGlite, model: string): Promise<MapAnswer> {
  const { rows } = await database.query<{ key: string; embedding: string }>(
    `select o.key, extensions.l2_normalize(extensions.avg(c.embedding))::text as embedding
     from source_objects o join content_embeddings c on c.id = any (o.content_ids)
     where c.metadata ->> 'model' = $1
     group by o.bucket, o.key order by o.key collate "C"`,
    [model],
  );
  const documents = rows
    .slice(0, maxPoints)
    .map(({ key, embedding }): EmbeddedDocument => ({ key, embedding: JSON.parse(embedding) }));
  const { points, shares } = projectToPlane(documents.map(({ embedding }) => embedding));
  return {
    points: documents.map((document, index): MapPoint => {
      const [x, y] = points[index] ?? [0, 0];
      return { key: document.key, x, y, nearest: findNearest(document, documents) };
    }),
    shares,
    left: rows.length - documents.length,
  };
}

function findNearest(
  { key, embedding }: EmbeddedDocument,
  documents: readonly EmbeddedDocument[],
): MapPoint["nearest"] {
  return documents
    .filter((other) => other.key !== key)
    .map((other) => ({ key: other.key, similarity: dot(embedding, other.embedding) }))
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, nearestCount);
}
