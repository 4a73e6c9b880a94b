import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each part of the function may import of the function; a stage knows no other stage. */
const leaves = ["errors.ts", "once.ts", "settings.ts", "telemetry.ts", "time.ts"];
const allowed: Readonly<Record<string, readonly string[]>> = {
  "events.ts": ["errors.ts"],
  "object.ts": ["errors.ts"],
  "segments.ts": ["errors.ts"],
  "chunk.ts": ["errors.ts", "segments.ts"],
  "embed.ts": ["errors.ts", "time.ts"],
  "continuation.ts": ["errors.ts", "events.ts"],
  "question.ts": ["errors.ts"],
  "retry.ts": ["errors.ts", "time.ts"],
  "search.ts": [],
  "credentials.ts": ["errors.ts", "once.ts"],
  "supabase.ts": ["errors.ts", "once.ts"],
  "store.ts": ["errors.ts"],
  "settings.ts": ["errors.ts"],
  "telemetry.ts": ["errors.ts"],
  "errors.ts": [],
  "once.ts": [],
};

interface Import {
  readonly from: string;
  readonly specifier: string;
  /** `import type`, which is gone when the code runs. */
  readonly isType: boolean;
}

async function importsIn(folder: string): Promise<Import[]> {
  const entries = await readdir(join(root, folder), { recursive: true });
  const files = entries
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.replaceAll("\\", "/"));
  const imports = await Promise.all(
    files.map(async (name) => {
      const source = await readFile(join(root, folder, name), "utf8");
      const statements = source.matchAll(/^(?:import|export) (type )?[^"';]*?from "([^"]+)"/gms);
      return [...statements].map(([, type, specifier = ""]) => ({
        from: name,
        specifier: specifier.startsWith(".")
          ? posix.join(posix.dirname(name), specifier)
          : specifier,
        isType: type !== undefined,
      }));
    }),
  );
  return imports.flat();
}

describe("the imports of function/", () => {
  let imports: Import[];
  before(async () => {
    imports = await importsIn("function");
    assert.ok(imports.length > 50);
  });

  it("stay inside function/", () => {
    const outside = imports.filter(({ specifier }) => specifier.startsWith(".."));

    assert.deepEqual(outside, []);
  });

  it("keep the stages apart: each takes values only from what stands below it", () => {
    const forbidden = imports.filter(
      ({ from, specifier, isType }) =>
        !isType && specifier.endsWith(".ts") && allowed[from]?.includes(specifier) === false,
    );

    assert.deepEqual(forbidden, []);
  });

  it("keep SDKs out of the pipeline and its stages", () => {
    const stages = ["pipeline.ts", "events.ts", "object.ts", "chunk.ts", "embed.ts", "store.ts"];
    const sdks = imports.filter(
      ({ from, specifier }) => stages.includes(from) && /^@(aws-sdk|supabase)\//.test(specifier),
    );

    assert.deepEqual(sdks, []);
  });

  it("keep the plain facts free of everything that runs", () => {
    const fromLeaves = imports.filter(
      ({ from, specifier, isType }) =>
        leaves.includes(from) &&
        !isType &&
        specifier.endsWith(".ts") &&
        !leaves.includes(specifier),
    );

    assert.deepEqual(fromLeaves, []);
  });
});

describe("the imports of infra/", () => {
  it("take from function/ only types, model facts and default settings", async () => {
    const imports = await importsIn("infra").catch(() => []);
    const runtime = imports.filter(
      ({ specifier, isType }) =>
        !isType &&
        specifier.includes("../function/") &&
        !/(settings|manifest)\.ts$/.test(specifier),
    );

    assert.deepEqual(runtime, []);
  });
});
