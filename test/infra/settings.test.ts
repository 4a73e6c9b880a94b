import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import * as v from "valibot";
import { parse } from "yaml";
import { InvalidSettingsError, readSettings, type Settings } from "../../infra/settings.ts";
import { plainSettingNames } from "../../infra/settings-schema.ts";
import { record, resolved } from "./recording.ts";

const KEY = "sb_secret_6f1d2c";
const REQUIRED = {
  supabaseUrl: "https://abcdefgh.supabase.co",
  supabaseServiceKey: KEY,
  buckets: '[{"name":"documents"}]',
};

async function read(changes: Record<string, string> = {}): Promise<Settings> {
  const config = Object.entries({ ...REQUIRED, ...changes }).map(
    ([key, value]) => [key.includes(":") ? key : `embedding-processor:${key}`, value] as const,
  );
  const { result } = await record(readSettings, Object.fromEntries(config));
  return result;
}

async function mistakes(changes: Record<string, string>): Promise<readonly string[]> {
  const error = await read(changes).then(
    () => assert.fail("the settings were accepted"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof InvalidSettingsError);
  assert.ok(pulumi.RunError.isInstance(error), "the CLI would print a stack");
  for (const mistake of error.mistakes) assert.ok(error.message.includes(mistake));
  assert.ok(!error.message.includes(KEY));
  return error.mistakes;
}

describe("readSettings", () => {
  it("gives every setting its default", async () => {
    const { supabaseServiceKey, ...settings } = await read();

    assert.deepEqual(settings, {
      projectName: "proofmark",
      environment: "dev",
      supabaseUrl: "https://abcdefgh.supabase.co",
      credentialsStore: "parameter-store",
      ssmParameterName: "/proofmark/dev/supabase",
      buckets: [{ name: "documents", create: true, prefix: "", suffix: "" }],
      model: "embeddinggemma-300m",
      quantization: "q4",
      modelSource: "layer",
      architecture: "arm64",
      memoryMegabytes: 3008,
      timeoutSeconds: 300,
      chunkTokens: 512,
      chunkOverlapTokens: 64,
      maxObjectBytes: 10_485_760,
      logLevel: "INFO",
      logRetentionDays: 30,
      tracing: false,
      dashboard: false,
      budgetUsd: 0,
      reservedConcurrency: -1,
      provisionedConcurrency: 0,
      ephemeralStorageMegabytes: 512,
      delivery: "direct",
      maximumConcurrency: 10,
      maximumEventAgeSeconds: 21_600,
      maximumRetryAttempts: 2,
      search: true,
      searchUrl: false,
    });
    assert.equal(await resolved(supabaseServiceKey), KEY);
  });

  it("hands the service key on as a secret", async () => {
    const { supabaseServiceKey } = await read();

    assert.equal(await pulumi.isSecret(supabaseServiceKey), true);
  });

  it("names the parameter after the project and the environment, unless it is named", async () => {
    const derived = await read({ projectName: "acme", environment: "live" });
    const named = await read({ ssmParameterName: "/shared/supabase" });

    assert.equal(derived.ssmParameterName, "/acme/live/supabase");
    assert.equal(named.ssmParameterName, "/shared/supabase");
  });

  it("takes what is set", async () => {
    const settings = await read({
      architecture: "x64",
      model: "./models/ours",
      quantization: "int8",
      memoryMegabytes: "10240",
      logRetentionDays: "3653",
      search: "false",
      buckets: '[{"name":"a-b","create":false,"prefix":"in/","suffix":".md"},{"name":"c.d"}]',
    });

    assert.equal(settings.architecture, "x64");
    assert.equal(settings.model, "./models/ours");
    assert.equal(settings.quantization, "int8");
    assert.equal(settings.memoryMegabytes, 10_240);
    assert.equal(settings.logRetentionDays, 3653);
    assert.equal(settings.search, false);
    assert.deepEqual(settings.buckets, [
      { name: "a-b", create: false, prefix: "in/", suffix: ".md" },
      { name: "c.d", create: true, prefix: "", suffix: "" },
    ]);
  });

  it("takes a network, with an endpoint for S3 or without", async () => {
    const ids = { subnetIds: ["subnet-0a1b", "subnet-2c3d"], securityGroupIds: ["sg-0a1b"] };
    const s3GatewayEndpoint = { routeTableIds: ["rtb-0a1b"] };

    const without = await read({ vpc: JSON.stringify(ids) });
    const withOne = await read({ vpc: JSON.stringify({ ...ids, s3GatewayEndpoint }) });

    assert.deepEqual(without.vpc, ids);
    assert.deepEqual(withOne.vpc, { ...ids, s3GatewayEndpoint });
  });

  it("treats an empty value as unset, as Pulumi.yaml's optional keys are", async () => {
    const settings = await read({
      environment: "",
      ssmParameterName: "",
      alarmEmail: "",
      vpc: "{}",
    });
    assert.deepEqual([settings.alarmEmail, settings.vpc], [undefined, undefined]);

    assert.equal(settings.environment, "dev");
    assert.equal(settings.ssmParameterName, "/proofmark/dev/supabase");
  });

  it("leaves other namespaces alone", async () => {
    const settings = await read({ "aws:region": "eu-west-1", "other:anything": "1" });

    assert.equal(settings.projectName, "proofmark");
  });

  it("accepts exactly the whole numbers of Lambda's range as memory", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: -10, max: 20_000 }), async (memoryMegabytes) => {
        const changes = { memoryMegabytes: String(memoryMegabytes) };
        if (memoryMegabytes >= 128 && memoryMegabytes <= 10_240) {
          assert.equal((await read(changes)).memoryMegabytes, memoryMegabytes);
        } else {
          assert.deepEqual(await mistakes(changes), [
            "memoryMegabytes: expected a whole number from 128 to 10240",
          ]);
        }
      }),
      { numRuns: 30 },
    );
  });

  const refused: readonly [change: Record<string, string>, mistake: string][] = [
    [{ supabaseUlr: "x" }, "supabaseUlr: no such setting; the nearest one is supabaseUrl"],
    [{ bucket: "[]" }, "bucket: no such setting; the nearest one is buckets"],
    [{ supabaseUrl: "" }, "supabaseUrl: not set"],
    [{ supabaseServiceKey: "" }, "supabaseServiceKey: not set; it needs --secret"],
    [{ buckets: "" }, "buckets: not set"],
    [
      { supabaseUrl: KEY },
      "supabaseUrl: expected the https address of a Supabase project, such as https://<reference>.supabase.co",
    ],
    [
      { supabaseUrl: "http://abcdefgh.supabase.co" },
      "supabaseUrl: expected the https address of a Supabase project, such as https://<reference>.supabase.co",
    ],
    [
      { supabaseUrl: "https://user:password@abcdefgh.supabase.co" },
      "supabaseUrl: expected the https address of a Supabase project, such as https://<reference>.supabase.co",
    ],
    [
      { projectName: "Proofmark" },
      "projectName: expected lower-case words joined by hyphens, such as proofmark",
    ],
    [
      { environment: "dev_1" },
      "environment: expected lower-case words joined by hyphens, such as dev (unset, it is the name of the stack)",
    ],
    [
      { projectName: "a".repeat(33) },
      `environment: expected at most 36 characters in ${"a".repeat(33)}-dev, since AWS names end at 64`,
    ],
    [
      { kmsKey: "alias/ours" },
      "kmsKey: expected create, or the ARN of a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/…, not of an alias",
    ],
    [
      { credentialsStore: "vault" },
      "credentialsStore: expected one of parameter-store, secrets-manager",
    ],
    [
      { credentialsStore: "secrets-manager", ssmParameterName: "/shared/supabase" },
      "ssmParameterName: expected unset, since credentialsStore is secrets-manager and there is no parameter",
    ],
    [
      { ssmParameterName: "supabase" },
      "ssmParameterName: expected a path such as /proofmark/dev/supabase, with neither aws nor ssm at its beginning",
    ],
    [
      { ssmParameterName: "/aws/supabase" },
      "ssmParameterName: expected a path such as /proofmark/dev/supabase, with neither aws nor ssm at its beginning",
    ],
    [{ buckets: "[]" }, "buckets[0]: expected {name, create, prefix, suffix}"],
    [{ buckets: "documents" }, "buckets: expected a list of {name, create, prefix, suffix}"],
    [{ buckets: '["documents"]' }, "buckets[0]: expected {name, create, prefix, suffix}"],
    [{ buckets: '{"name":"a"}' }, "buckets: expected a list of {name, create, prefix, suffix}"],
    [
      { buckets: '[{"name":"documents","sufix":".md"}]' },
      "buckets[0].sufix: no such setting; the nearest one is suffix",
    ],
    [{ buckets: '[{"name":"documents"},{}]' }, "buckets[1].name: not set"],
    [
      { buckets: '[{"name":"My_Documents"}]' },
      "buckets[0].name: expected a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens",
    ],
    [
      { buckets: '[{"name":"documents","create":"no"}]' },
      "buckets[0].create: expected true (make the bucket) or false (it exists)",
    ],
    [
      { buckets: '[{"name":"documents","suffix":"*.md"}]' },
      "buckets[0].suffix: expected letters, digits and ! - _ . ' ( ) / (S3's filters know no wildcards)",
    ],
    [
      { buckets: '[{"name":"documents","suffix":".md"},{"name":"documents","prefix":"in/"}]' },
      "buckets[1]: expected a prefix and suffix of documents that no earlier entry covers",
    ],
    [
      {
        buckets:
          '[{"name":"documents","suffix":".md"},{"name":"documents","create":false,"suffix":".pdf"}]',
      },
      "buckets[1].create: expected the same for every entry of documents",
    ],
    [{ architecture: "x86_64" }, "architecture: expected one of arm64, x64"],
    [{ quantization: "fp16" }, "quantization: expected one of q4, int8"],
    [{ modelSource: "S3" }, "modelSource: expected one of layer, s3"],
    [{ timeoutSeconds: "901" }, "timeoutSeconds: expected a whole number from 1 to 900"],
    [{ timeoutSeconds: "60s" }, "timeoutSeconds: expected a whole number from 1 to 900"],
    [{ maxObjectBytes: "1.5" }, "maxObjectBytes: expected a whole number from 1 to 5368709120"],
    [
      { chunkTokens: "64", chunkOverlapTokens: "64" },
      "chunkOverlapTokens: expected less than chunkTokens (64)",
    ],
    [
      { logLevel: "info" },
      "logLevel: expected one of TRACE, DEBUG, INFO, WARN, ERROR, CRITICAL, SILENT",
    ],
    [{ alarmEmail: "me" }, "alarmEmail: expected an e-mail address"],
    [
      { budgetUsd: "50" },
      "budgetUsd: expected alarmEmail too, since a budget has to tell somebody",
    ],
    [
      { reservedConcurrency: "-2" },
      "reservedConcurrency: expected a whole number from -1 to 10000",
    ],
    [
      { reservedConcurrency: "1", provisionedConcurrency: "2" },
      "provisionedConcurrency: expected at most reservedConcurrency (1)",
    ],
    [
      { ephemeralStorageMegabytes: "511" },
      "ephemeralStorageMegabytes: expected a whole number from 512 to 10240",
    ],
    [{ delivery: "sqs" }, "delivery: expected one of direct, queue"],
    [{ maximumConcurrency: "1" }, "maximumConcurrency: expected a whole number from 2 to 1000"],
    [
      { delivery: "queue", reservedConcurrency: "9" },
      "reservedConcurrency: expected -1, or at least maximumConcurrency (10): a message that finds no free run counts " +
        "as one that failed",
    ],
    [
      { maximumEventAgeSeconds: "59" },
      "maximumEventAgeSeconds: expected a whole number from 60 to 21600",
    ],
    [{ maximumRetryAttempts: "3" }, "maximumRetryAttempts: expected a whole number from 0 to 2"],
    [{ vpc: "subnet-1" }, "vpc: expected {subnetIds, securityGroupIds, s3GatewayEndpoint}"],
    [{ vpc: '{"subnetIds":["subnet-1"]}' }, "vpc.securityGroupIds: not set"],
    [
      { vpc: '{"subnetIds":[],"securityGroupIds":["sg-1"]}' },
      "vpc.subnetIds: expected at least one id such as subnet-0a1b2c3d",
    ],
    [
      { vpc: '{"subnetIds":["sg-1"],"securityGroupIds":["sg-1"]}' },
      "vpc.subnetIds[0]: expected an id such as subnet-0a1b2c3d",
    ],
    [
      { vpc: '{"subnetIds":["subnet-1"],"securityGroupIds":["sg-1"],"endpoint":true}' },
      "vpc.endpoint: no such setting; the nearest one is subnetIds",
    ],
    [{ search: "yes" }, "search: expected one of true, false"],
    [{ search: "false", searchUrl: "true" }, "searchUrl: expected false, since search is false"],
  ];
  for (const [change, mistake] of refused) {
    it(`refuses ${JSON.stringify(change)}`, async () => {
      assert.deepEqual(await mistakes(change), [mistake]);
    });
  }

  it("refuses a retention that CloudWatch does not know, with those that it knows", async () => {
    const [mistake] = await mistakes({ logRetentionDays: "31" });

    assert.match(String(mistake), /^logRetentionDays: expected one of 1, 3, 5, 7, 14, 30, .*3653$/);
  });

  it("names all mistakes at once", async () => {
    assert.deepEqual(
      await mistakes({ supabaseServiceKey: "", search: "yes", architecture: "arm" }),
      [
        "architecture: expected one of arm64, x64",
        "search: expected one of true, false",
        "supabaseServiceKey: not set; it needs --secret",
      ],
    );
  });
});

describe("Pulumi.yaml", () => {
  const declaredSchema = v.object({
    config: v.record(
      v.string(),
      v.object({
        type: v.string(),
        description: v.string(),
        secret: v.optional(v.boolean()),
        default: v.optional(v.union([v.string(), v.number(), v.boolean(), v.strictObject({})])),
      }),
    ),
  });
  const { config } = v.parse(declaredSchema, parse(readFileSync("Pulumi.yaml", "utf8")));

  it("declares the settings that the program reads, and no others", () => {
    assert.deepEqual(
      Object.keys(config).sort(),
      [...plainSettingNames, "supabaseServiceKey"].sort(),
    );
  });

  it("has the defaults that the program has", async () => {
    const declared = Object.entries(config).flatMap(([key, { default: value }]) =>
      value === undefined
        ? []
        : [[key, typeof value === "object" ? JSON.stringify(value) : String(value)] as const],
    );

    const fromProgram = await read();
    const fromPulumi = await read(Object.fromEntries(declared));

    const { supabaseServiceKey: _one, ...expected } = fromProgram;
    const { supabaseServiceKey: _other, ...actual } = fromPulumi;
    assert.equal(declared.length, plainSettingNames.length - 2);
    assert.deepEqual(actual, expected);
  });

  it("has the engine refuse a service key in the clear", () => {
    assert.equal(config.supabaseServiceKey?.secret, true);
    assert.equal(config.supabaseServiceKey?.default, undefined);
  });
});
