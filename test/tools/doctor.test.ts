import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { once } from "../../function/once.ts";
import { connectSupabase } from "../../function/supabase.ts";
import { createDataApi } from "../../local/data-api.ts";
import { openDatabase } from "../../local/database.ts";
import { type Server, serve } from "../../local/serve.ts";
import { readMigrations } from "../../supabase/migrations.ts";
import { type Outcome, runChecks } from "../../tools/checks.ts";
import { databaseChecks } from "../../tools/database-checks.ts";
import { deploymentChecks } from "../../tools/deployment-checks.ts";
import { type Clients, createFacts } from "../../tools/facts.ts";
import { PulumiMissingError } from "../../tools/pulumi.ts";
import { createPulumiStub } from "./pulumi-stub.ts";
import { runTool } from "./run-tool.ts";

const KEY = "sb_secret_6f1d2c";
const VALUES = {
  "aws:region": "eu-west-1",
  "embedding-processor:supabaseUrl": "https://abcdefgh.supabase.co",
  "embedding-processor:buckets": '[{"name":"acme-documents"}]',
};

describe("the doctor's checks", () => {
  let database: PGlite;
  let server: Server;
  let distFolder: string;
  before(async () => {
    database = await openDatabase(768);
    server = await serve(createDataApi(database, KEY));
    distFolder = mkdtempSync(join(tmpdir(), "dist-"));
    writeBuild();
  });
  after(async () => {
    await server.close();
    await database.close();
    rmSync(distFolder, { recursive: true });
  });

  function writeBuild(changes: Readonly<Record<string, unknown>> = {}): void {
    writeFileSync(join(distFolder, "function.zip"), "a zip");
    const sha256 = createHash("sha256").update("a zip").digest("hex");
    const manifest = {
      architecture: "arm64",
      model: "embeddinggemma-300m",
      variant: "q4-level4",
      shareOfLimit: 0.9312,
      files: { "function.zip": { sha256 } },
      ...changes,
    };
    writeFileSync(join(distFolder, "manifest.json"), JSON.stringify(manifest));
  }

  interface Situation {
    readonly values?: Readonly<Record<string, string>>;
    readonly secrets?: Readonly<Record<string, string>>;
    readonly clients?: Partial<Clients>;
  }

  async function examine({ values, secrets, clients }: Situation = {}): Promise<Outcome[]> {
    const { pulumi } = createPulumiStub(
      "dev",
      { ...VALUES, ...values },
      secrets ?? { "embedding-processor:supabaseServiceKey": KEY },
    );
    const facts = createFacts("dev", {
      pulumi,
      identifyAccount: async () => "123456789012",
      // The setting must be https; behind it is the database of this process.
      connectSupabase: ({ serviceKey }) =>
        connectSupabase(once(async () => ({ url: server.url, serviceKey }))),
      environmentRegion: undefined,
      distFolder,
      ...clients,
    });
    const outcomes: Outcome[] = [];
    const checks = [...deploymentChecks, ...databaseChecks];
    for await (const outcome of runChecks(checks, facts)) outcomes.push(outcome);
    return outcomes;
  }

  /** What did not pass: the failed one's detail, the skipped ones' names. */
  async function findings(situation: Situation): Promise<{ failed: Outcome[]; skipped: string[] }> {
    const outcomes = await examine(situation);
    assert.ok(!JSON.stringify(outcomes).includes(KEY));
    return {
      failed: outcomes.filter(({ status }) => status === "failed"),
      skipped: outcomes.filter(({ status }) => status === "skipped").map(({ name }) => name),
    };
  }

  async function findsOnly(name: string, detail: RegExp, situation: Situation, skipped: string[]) {
    const found = await findings(situation);

    assert.deepEqual(
      found.failed.map((outcome) => outcome.name),
      [name],
      JSON.stringify(found),
    );
    assert.match(found.failed[0]?.detail ?? "", detail);
    assert.deepEqual(found.skipped, skipped);
  }

  const afterSettings = ["Layers", "Supabase", "Service key", "Schema", "Access"];

  it("pass where all is as it must be, and say what they found", async () => {
    const newest = (await readMigrations(768)).at(-1)?.version;
    const outcomes = await examine();

    assert.deepEqual(new Set(outcomes.map(({ status }) => status)), new Set(["passed"]));
    const details = Object.fromEntries(outcomes.map(({ name, detail }) => [name, detail]));
    const { Schema, ...others } = details;
    assert.deepEqual(others, {
      "Pulumi CLI": "v3.274.1",
      Stack: "dev",
      Settings: "acme-documents; embeddinggemma-300m on arm64",
      AWS: "account 123456789012, eu-west-1",
      Layers: "built, 93.1 % of what Lambda takes",
      Supabase: "https://abcdefgh.supabase.co",
      "Service key": "accepted, acts as service_role",
      Access: "row level security on, 17 tables and functions for service_role alone",
    });
    assert.match(
      Schema ?? "",
      new RegExp(`^version ${newest}, 768 dimensions, pgvector \\d+\\.\\d+`),
    );
  });

  describe("before a deployment", () => {
    it("say where to get a CLI that is not there", async () => {
      const missing = new PulumiMissingError({ cause: undefined });
      await findsOnly(
        "Pulumi CLI",
        /Install it: https:/,
        { clients: { pulumi: () => Promise.reject(missing) } },
        ["Stack", "Settings", "AWS", ...afterSettings],
      );
    });

    it("say how to make a stack that is not there", async () => {
      const { pulumi } = createPulumiStub("another");

      await findsOnly(
        "Stack",
        /no stack named 'dev' found\. Make it: npm run setup -- --stack NAME/,
        { clients: { pulumi } },
        ["Settings", "AWS", ...afterSettings],
      );
    });

    it("name every setting that is wrong", async () => {
      await findsOnly(
        "Settings",
        /^buckets: not set\nmemoryMegabyte: no such setting; the nearest one is memoryMegabytes$/,
        {
          values: {
            "embedding-processor:memoryMegabyte": "2048",
            "embedding-processor:buckets": "",
          },
        },
        afterSettings,
      );
    });

    it("tell a key in the clear from an encrypted one", async () => {
      await findsOnly(
        "Settings",
        /in the clear\. Make a new key in Supabase/,
        { values: { "embedding-processor:supabaseServiceKey": KEY }, secrets: {} },
        afterSettings,
      );
    });

    it("take the region of the environment where the stack has none, and miss it where neither has one", async () => {
      const values = { "aws:region": "" };
      const outcomes = await examine({ values, clients: { environmentRegion: "eu-north-1" } });
      const aws = outcomes.find(({ name }) => name === "AWS");

      assert.equal(aws?.detail, "account 123456789012, eu-north-1");
      await findsOnly("AWS", /^No region is set: pulumi config set aws:region/, { values }, []);
    });

    it("say what AWS says of the credentials", async () => {
      const expired = () => Promise.reject(new Error("The security token has expired"));

      await findsOnly(
        "AWS",
        /in eu-west-1: The security token has expired\. Log in/,
        { clients: { identifyAccount: expired } },
        [],
      );
    });

    for (const [what, change, detail] of [
      [
        "not built",
        () => rmSync(join(distFolder, "manifest.json")),
        /^They are not built\. Run: npm run build -- --model embeddinggemma-300m --architecture arm64$/,
      ],
      [
        "built for another model",
        () => writeBuild({ model: "embeddinggemma-2" }),
        /^They are built for embeddinggemma-2 on arm64\./,
      ],
      [
        "built for another processor",
        () => writeBuild({ architecture: "x64" }),
        /^They are built for embeddinggemma-300m on x64\./,
      ],
      [
        "built with another quantization",
        () => writeBuild({ variant: "int8" }),
        /^Their graph is int8, and the quantization is q4\. Run: npm run build -- --model embeddinggemma-300m --architecture arm64$/,
      ],
      [
        "built for another source of the model",
        () => writeBuild({ modelSource: "s3" }),
        /^Their model is for s3, and modelSource is layer\. Run: npm run build/,
      ],
      [
        "changed since",
        () => writeFileSync(join(distFolder, "function.zip"), "x"),
        /^function\.zip is not the one that was built\./,
      ],
      ["gone", () => rmSync(join(distFolder, "function.zip")), /^function\.zip is missing\./],
    ] as const) {
      it(`see that the layers are ${what}`, async () => {
        change();
        try {
          await findsOnly("Layers", detail, {}, []);
        } finally {
          writeBuild();
        }
      });
    }
  });

  describe("of the database", () => {
    const key = (value: string) => ({ "embedding-processor:supabaseServiceKey": value });
    /** Makes a change for one examination. */
    async function changed(sql: string, run: () => Promise<void>, back: string): Promise<void> {
      await database.exec(sql);
      try {
        await run();
      } finally {
        await database.exec(back);
      }
    }

    it("say when Supabase does not answer", async () => {
      const clients = {
        connectSupabase: connectTo("http://127.0.0.1:1"),
      };

      await findsOnly("Supabase", /did not answer schema_state.*not paused/, { clients }, [
        "Service key",
        "Schema",
        "Access",
      ]);
    });

    it("know the publishable key without asking", async () => {
      const secrets = key("sb_publishable_6f1d2c");

      await findsOnly(
        "Service key",
        /^It is the publishable key\..* Then: pulumi config set --secret supabaseServiceKey$/,
        { secrets },
        ["Schema", "Access"],
      );
    });

    it("say when Supabase refuses the key", async () => {
      const secrets = key("sb_secret_of_another_project");

      await findsOnly(
        "Service key",
        /refused the key for schema_state: Invalid API key/,
        { secrets },
        ["Schema", "Access"],
      );
    });

    it("know by what it may not do a key of a lesser role", async () => {
      await changed(
        "revoke execute on function schema_state from service_role",
        () =>
          findsOnly("Service key", /permission denied for function schema_state/, {}, [
            "Schema",
            "Access",
          ]),
        "grant execute on function schema_state to service_role",
      );
      await changed(
        "alter role service_role nobypassrls",
        () =>
          findsOnly(
            "Service key",
            /acts as role service_role, which row level security stops/,
            {},
            ["Schema", "Access"],
          ),
        "alter role service_role bypassrls",
      );
    });

    it("say how to make the schema where there is none", async () => {
      await changed(
        "alter function schema_state rename to renamed",
        () => findsOnly("Schema", /lacks what schema_state needs.*npm run migrate/, {}, ["Access"]),
        "alter function renamed rename to schema_state",
      );
    });

    for (const [version, detail] of [
      [
        "20200101000000",
        /^It is of version 20200101000000, and this is 2\d+\. Run: npm run migrate -- --model embeddinggemma-300m$/,
      ],
      [
        "20990101000000",
        /^It is of version 20990101000000, and this checkout is of 2\d+\. Update the checkout/,
      ],
    ] as const) {
      it(`see a schema of version ${version}`, async () => {
        const migration = (await readMigrations(768)).at(-1) ?? assert.fail();
        const [state] =
          /create or replace function public\.schema_state\(\).*?\n\$\$;/s.exec(migration.sql) ??
          assert.fail();

        await changed(
          state.replace(`'${migration.version}'`, `'${version}'`),
          () => findsOnly("Schema", detail, {}, ["Access"]),
          state,
        );
      });
    }

    it("see a function that is gone", async () => {
      await changed(
        "alter function prune_content rename to renamed",
        () => findsOnly("Schema", /^function prune_content is gone\./, {}, ["Access"]),
        "alter function renamed rename to prune_content",
      );
    });

    it("see that the table was made for another model", async () => {
      writeBuild({ model: "all-MiniLM-L6-v2" });
      try {
        await findsOnly(
          "Schema",
          /^content_embeddings holds vectors of 768 dimensions and all-MiniLM-L6-v2 gives 384\./,
          { values: { "embedding-processor:model": "all-MiniLM-L6-v2" } },
          ["Access"],
        );
      } finally {
        writeBuild();
      }
    });

    for (const [harm, cure] of [
      [
        "alter table public.source_objects disable row level security;",
        "alter table public.source_objects enable row level security;",
      ],
      [
        "grant select on table public.content_embeddings to anon;",
        "revoke all on table public.content_embeddings from public, anon;",
      ],
      [
        "grant execute on function public.match_content to public;",
        "revoke all on function public.match_content from public, anon, authenticated;",
      ],
      [
        "revoke delete on table public.source_objects from service_role;",
        "grant select, insert, update, delete on table public.source_objects to service_role;",
      ],
    ] as const) {
      it(`give the cure for "${harm}", and are satisfied with it`, async () => {
        await database.exec(harm);
        const { failed } = await findings({});

        assert.deepEqual(failed, [
          {
            name: "Access",
            status: "failed",
            detail: `What is stored is not for the service role alone. In Supabase's SQL editor:\n${cure}`,
          },
        ]);

        await database.exec(cure);
        assert.deepEqual((await findings({})).failed, []);
      });
    }
  });

  function connectTo(url: string): Clients["connectSupabase"] {
    return ({ serviceKey }) => connectSupabase(once(async () => ({ url, serviceKey })));
  }
});

describe("npm run doctor", () => {
  it("prints a line for each check and fails where one does", async () => {
    const run = await runTool("tools/doctor.ts", ["--stack", "dev"], { PATH: "/nowhere" });

    assert.equal(run.exitCode, 1);
    assert.equal(run.stderr, "");
    assert.deepEqual(run.stdout.split("\n"), [
      "✗ Pulumi CLI    The Pulumi CLI is not on PATH. Install it: https://www.pulumi.com/docs/install/",
      "– Stack         needs Pulumi CLI",
      "– Settings      needs Stack",
      "– AWS           needs Stack",
      "– Layers        needs Settings",
      "– Supabase      needs Settings",
      "– Service key   needs Supabase",
      "– Schema        needs Service key",
      "– Access        needs Schema",
      "",
    ]);
  });
});
