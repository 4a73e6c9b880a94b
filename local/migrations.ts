/** The migrations in `supabase/migrations/`, for the dimensions of a model. */
import { readdir, readFile } from "node:fs/promises";

export interface Migration {
  /** The time stamp at the start of the file's name, as the Supabase CLI records it. */
  readonly version: string;
  readonly fileName: string;
  readonly sql: string;
}

const folder = new URL("../supabase/migrations/", import.meta.url);

/** The one place in the migrations that depends on the model. */
const dimensionsPattern = /(?<=^ {2}embedding extensions\.vector\()768(?=\))/m;

/** Reads every migration, oldest first, with `vector(n)` for the model's dimensions. */
export async function readMigrations(dimensions: number): Promise<Migration[]> {
  const fileNames = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    fileNames.map(async (fileName) => {
      const sql = await readFile(new URL(fileName, folder), "utf8");
      return {
        version: fileName.slice(0, fileName.indexOf("_")),
        fileName,
        sql: sql.replace(dimensionsPattern, String(dimensions)),
      };
    }),
  );
}
