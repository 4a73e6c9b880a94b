/**
 * `npm run simulate:mutants [-- PART OF A NAME]`: takes the product's guards away one by one, each in a copy of the sources, and
 * shows after how many histories the simulation notices. Exit code 1 if it misses one.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { findPostgres } from "../postgres/server.ts";

interface Mutant {
  readonly name: string;
  readonly path: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
  /** What only shows where calls run at the same time is for the suite on a real PostgreSQL. */
  readonly needsPostgres?: true;
}

/** Of what a later migration defines anew, the mutant is to be in that one. */
const sql = "supabase/migrations/20261125000000_embedding_processor.sql";

const mutants: readonly Mutant[] = [
  {
    name: "no version order",
    path: sql,
    from: "  if is_older then",
    to: "  if false then",
  },
  {
    name: "Last-Modified before the sequencer",
    path: sql,
    from: "when record_object.sequencer is not null then",
    to: "when false then",
  },
  {
    name: "no look at what was written since",
    path: sql,
    from: "record_object.seen_revision <> coalesce(stored.revision, 0)",
    to: "false",
  },
  {
    name: "no check that the content is still there",
    path: sql,
    from: "  if missing_ids is not null then",
    to: "  if false then",
  },
  {
    name: "no tombstone",
    path: sql,
    from: "  perform public.settle_content(locked_ids);",
    to: `  delete from public.source_objects o
    where o.bucket = record_object.bucket and o.key = record_object.key and o.status = 'removed';
    perform public.settle_content(locked_ids);`,
  },
  {
    name: "a tombstone that forgets its version",
    path: sql,
    from: "  perform public.settle_content(locked_ids);",
    to: `  update public.source_objects o set sequencer = null, object_modified_at = 'epoch'
    where o.bucket = record_object.bucket and o.key = record_object.key and o.status = 'removed';
    perform public.settle_content(locked_ids);`,
  },
  {
    name: "delete before insert, in two transactions",
    path: "function/pipeline.ts",
    from: "  const ids = chunks.map((chunk) => chunk.id);",
    to: `  await store.removeObject(change, version);
  const ids = chunks.map((chunk) => chunk.id);`,
  },
  {
    name: "content deleted that others hold",
    path: "supabase/migrations/20261128000000_search.sql",
    from: "    and not exists (select from place where place.id = c.id);",
    to: "    and (select count(*) from place where place.id = c.id) = 0 or c.id = ids[1];",
  },
  {
    name: "what a former version held is kept",
    path: sql,
    from: "affected_ids := coalesce(stored.content_ids, '{}') || record_object.content_ids;",
    to: "affected_ids := record_object.content_ids;",
  },
  {
    name: "the event's word before the object's state",
    path: "function/object.ts",
    from: "  const { bucket, key } = change;",
    to: `  const { bucket, key } = change;
  if (change.eventName.startsWith("ObjectRemoved")) return undefined;`,
  },
  {
    name: "a download that was cut off is taken",
    path: "function/object.ts",
    from: "ContentLength !== undefined && bytes.length !== ContentLength",
    to: "ContentLength === -1",
  },
  {
    name: "credentials never dropped",
    path: "function/supabase.ts",
    from: "      credentials.forget();\n",
    to: "",
  },
  {
    name: "a failed read of the credentials kept",
    path: "function/once.ts",
    from: "if (made === making) made = undefined;",
    to: "",
  },
  {
    name: "success answered before the write",
    path: "function/ingest.ts",
    from: "telemetry.finished(change, await ingestObject(clients, settings, change));",
    to: "void ingestObject(clients, settings, change).catch(() => {});",
  },
  {
    name: "failures swallowed",
    path: "function/ingest.ts",
    from: "failures.push({ object: change, error });",
    to: "",
  },
  {
    name: "no message of a batch given back",
    path: "function/batch.ts",
    from: "    return await processPartialResponse(batch, ingest, processor, options);",
    to: `    await processPartialResponse(batch, ingest, processor, options);
    return { batchItemFailures: [] };`,
  },
  {
    name: "a message that is not begun taken for done",
    path: "function/batch.ts",
    from: "    await publish(settings.topicArn, body);\n",
    to: "",
  },
  {
    name: "a run that got nowhere followed by another",
    path: "function/continuation.ts",
    from: "failure.error.embedded > 0",
    to: "failure.error.embedded >= 0",
  },
  {
    name: "an unfinished document taken for finished",
    path: "function/continuation.ts",
    from: "    await clients.publish(topicArn, JSON.stringify(createEvent(objects)));\n",
    to: "",
  },
  {
    name: "an unfinished document given up where the topic refuses",
    path: "function/continuation.ts",
    from: "    return objects.map((object) => ({",
    to: "    return objects.slice(objects.length).map((object) => ({",
  },
  {
    name: "what can never succeed tried again",
    path: "function/pipeline.ts",
    from: "if (!isPermanent(error)) throw error;",
    to: "if (!isPermanent(error) || version !== absent) throw error;",
  },
];

const lockMutants: readonly Mutant[] = [
  {
    name: "no lock of the object",
    path: sql,
    from: "  perform pg_advisory_xact_lock(hashtextextended(record_object.bucket || '/' || record_object.key, 0));",
    to: "",
    needsPostgres: true,
  },
  {
    name: "no lock of the content",
    path: sql,
    from: "where c.id = any (affected_ids) order by c.id for update\n",
    to: "where c.id = any (affected_ids) order by c.id\n",
    needsPostgres: true,
  },
];

const runs = 1_000;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** How the mutant was noticed, or nothing. */
async function noticeMutant(mutant: Mutant): Promise<string | undefined> {
  const { path, from, to, needsPostgres } = mutant;
  const folder = await mkdtemp(join(tmpdir(), "mutant-"));
  try {
    for (const part of ["package.json", "function", "layers", "local", "supabase", "test"]) {
      await cp(join(root, part), join(folder, part), { recursive: true });
    }
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const [before, after, ...more] = (await readFile(join(folder, path), "utf8")).split(from);
    if (after === undefined || more.length > 0) {
      throw new Error(`${path} must hold this exactly once: ${from}`);
    }
    await writeFile(join(folder, path), `${before}${to}${after}`);

    const line = needsPostgres
      ? ["test/postgres/run.ts"]
      : ["test/simulation/command.ts", "--runs", `${runs}`, "--no-shrink"];
    const child = spawn(process.execPath, line, {
      cwd: folder,
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
    if (needsPostgres) return /^ +\d+ failing/m.test(output) ? "on PostgreSQL" : undefined;
    const seed = /Seed (\d+) diverges/.exec(output)?.[1];
    return seed && `in history ${seed.padStart(4)}`;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const [wanted = ""] = process.argv.slice(2);
for (const mutant of [...mutants, ...lockMutants].filter(({ name }) => name.includes(wanted))) {
  const canRun = !mutant.needsPostgres || findPostgres() !== undefined;
  const how = canRun ? await noticeMutant(mutant) : undefined;
  if (canRun && how === undefined) process.exitCode = 1;
  const missed = canRun ? "NOT noticed" : "not run: no PostgreSQL with pgvector here";
  process.stdout.write(
    `${mutant.name.padEnd(46)} ${how === undefined ? missed : `noticed ${how}`}\n`,
  );
}
