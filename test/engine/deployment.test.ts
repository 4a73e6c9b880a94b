import assert from "node:assert/strict";
import {
  type NotificationServer,
  recorded,
  startNotificationServer,
} from "../infra/notification-server.ts";
import { OPERATION_SETTINGS } from "../infra/operation-settings.ts";
import { REQUIRED, recordProgram } from "../infra/recorded-program.ts";
import { titles } from "../infra/recording.ts";
import { embeddedModelFolder } from "../models/folders.ts";
import { type Change, createStack, type Run, type Stack, type StateResource } from "./stack.ts";

const FUNCTION = "proofmark-dev-embedding-processor";
const SEARCH = "proofmark-dev-embedding-search";
const TOPIC = "proofmark-dev-s3-file-upload-notifications";
const KEYS = ["sb_secret_first_6f1d2c", "sb_secret_second_a90b13"] as const;

/** What was done to what, and of an update to which of its inputs. */
function summary(changes: readonly Change[]): string[] {
  return changes.map(({ op, title, changed }) => [op, title, ...changed].join(" "));
}

function succeeded(run: Run): readonly Change[] {
  assert.equal(run.exitCode, 0, run.output);
  return run.changes;
}

/** A mistake of the person's: a message, no stack trace, nothing done. */
function refused(run: Run, message: string): void {
  assert.notEqual(run.exitCode, 0, run.output);
  assert.ok(run.output.includes(message), run.output);
  assert.doesNotMatch(run.output, /^\s+at .*:\d+:\d+/m);
  assert.deepEqual(run.changes, []);
}

/** The paths of `pulumi config set` that make up a setting, and their values. */
function toPaths(path: string, value: unknown): [string, string][] {
  const json = typeof value === "string" && value.startsWith("{") ? JSON.parse(value) : value;
  if (typeof json !== "object" || json === null) return [[path, String(json)]];
  return Object.entries(json).flatMap(([key, part]) =>
    toPaths(Array.isArray(json) ? `${path}[${key}]` : `${path}.${key}`, part),
  );
}

/** The resources of the provider, as the mocks' titles. */
function titlesOf(state: readonly StateResource[]): string[] {
  return state
    .filter(({ type }) => type.startsWith("aws:"))
    .map(({ type, urn }) => `${type.split(":").at(-1)} ${urn.split("::").at(-1)}`)
    .sort();
}

describe("a stack in the real engine", () => {
  let stack: Stack;
  let server: NotificationServer;
  let seen = "";

  async function up(...options: string[]): Promise<Run> {
    const run = await stack.up(...options);
    seen += run.output;
    return run;
  }
  /** Changes a setting, deploys, puts it back, deploys again, and gives what the first one changed. */
  async function changesOf(path: string, value: string): Promise<readonly Change[]> {
    await stack.set(path, value);
    const changes = succeeded(await up());
    await stack.unset(path);
    const back = succeeded(await up());
    assert.equal(back.length, changes.length);
    return changes;
  }

  before(async () => {
    server = await startNotificationServer({ theirs: recorded("four-destinations") });
    stack = await createStack("dev", {
      AWS_ENDPOINT_URL_S3: server.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
    });
  });
  after(async () => {
    stack.dispose();
    await server.close();
  });

  describe("before the first deployment", () => {
    it("names the settings that are missing", async () => {
      refused(
        await stack.preview(),
        "Stack 'dev' is missing configuration values 'buckets', 'supabaseServiceKey' and 'supabaseUrl'",
      );
    });

    it("refuses a service key in the clear", async () => {
      await stack.set("buckets[0].name", "acme-documents");
      await stack.set("supabaseUrl", "https://abcdefgh.supabase.co");
      await stack.set("supabaseServiceKey", "in the clear");

      refused(
        await stack.preview(),
        "Stack 'dev' with configuration key 'supabaseServiceKey' must be encrypted as it's secret",
      );

      await stack.setSecret("supabaseServiceKey", KEYS[0]);
    });

    it("refuses a misspelt setting and names the nearest one", async () => {
      await stack.set("memoryMegabyte", "2048");

      refused(
        await stack.preview(),
        "memoryMegabyte: no such setting; the nearest one is memoryMegabytes",
      );

      await stack.unset("memoryMegabyte");
    });

    it("refuses a setting out of its range", async () => {
      await stack.set("timeoutSeconds", "901");

      refused(await stack.preview(), "timeoutSeconds: expected a whole number from 1 to 900");

      await stack.unset("timeoutSeconds");
    });

    it("says which models there are when it is asked for another", async () => {
      await stack.set("model", "embeddinggemma");

      refused(
        await stack.preview(),
        "There is no model embeddinggemma: expected embeddinggemma-300m, embeddinggemma-2, all-MiniLM-L6-v2, or the path of a folder",
      );

      await stack.set("model", REQUIRED.model);
    });

    it("previews and touches nothing", async () => {
      const run = await stack.preview();

      assert.equal(run.exitCode, 0, run.output);
      assert.deepEqual(run.changes, []);
    });
  });

  describe("deployed", () => {
    before(async () => {
      const created = succeeded(await up());
      const { resources } = await recordProgram();
      assert.deepEqual(
        summary(created).sort(),
        titles(resources)
          .map((title) => `Create ${title}`)
          .sort(),
      );
    });

    it("changes nothing when it is deployed again", async () => {
      assert.deepEqual(succeeded(await up("--expect-no-changes")), []);
    });

    it("gives its outputs", async () => {
      const { output } = await stack.pulumi(["stack", "output", "--json"]);

      assert.deepEqual(JSON.parse(output), {
        bucketNames: ["acme-documents"],
        topicArn: `arn:aws:sns:eu-west-1:123456789012:${TOPIC}`,
        functionName: FUNCTION,
        failedQueueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/${FUNCTION}-failed`,
        undeliveredQueueUrl: `https://sqs.eu-west-1.amazonaws.com/123456789012/${FUNCTION}-undelivered`,
        logGroup: `/aws/lambda/${FUNCTION}`,
        searchFunctionName: SEARCH,
        searchUrl: null,
        uploadCommand: "aws s3 cp samples s3://acme-documents/ --recursive",
        logsCommand: `aws logs tail /aws/lambda/${FUNCTION} --follow --region eu-west-1`,
        searchCommand: 'npm run search -- --stack dev "your question"',
      });
    });

    it("puts first what has to be first", async () => {
      const resources = await stack.state();
      const needs = (title: string) => {
        const urnEnd = title.replace(" ", "::");
        const found = resources.find(({ urn }) => urn.endsWith(`:${urnEnd}`));
        return (found?.dependencies ?? []).map((urn) => urn.split(":").slice(-3).join(":"));
      };

      const notification = needs("BucketNotification acme-documents");
      assert.ok(notification.includes(`TopicPolicy::${TOPIC}`), String(notification));
      assert.ok(notification.includes(`TopicSubscription::${FUNCTION}`), String(notification));
      const lambda = needs(`Function ${FUNCTION}`);
      assert.ok(lambda.includes(`LogGroup::${FUNCTION}`), String(lambda));
      assert.ok(lambda.includes(`RolePolicy::${FUNCTION}`), String(lambda));
      assert.ok(lambda.includes("Parameter::supabase-credentials"), String(lambda));
      const destination = needs(`FunctionEventInvokeConfig ${FUNCTION}`);
      assert.ok(destination.includes(`RolePolicy::${FUNCTION}`), String(destination));
    });

    it("changes the functions alone for another memory size", async () => {
      const changes = await changesOf("memoryMegabytes", "2048");

      assert.deepEqual(summary(changes), [
        `Update Function ${FUNCTION} memorySize`,
        `Update Function ${SEARCH} memorySize`,
      ]);
      assert.deepEqual(
        changes.map(({ inputs }) => inputs.memorySize),
        [2048, 2048],
      );
    });

    it("changes the log groups alone for another retention", async () => {
      const changes = await changesOf("logRetentionDays", "7");

      assert.deepEqual(summary(changes), [
        `Update LogGroup ${FUNCTION} retentionInDays`,
        `Update LogGroup ${SEARCH} retentionInDays`,
      ]);
    });

    it("changes the ingest function alone for another time-out", async () => {
      const changes = await changesOf("timeoutSeconds", "120");

      assert.deepEqual(summary(changes), [`Update Function ${FUNCTION} timeout`]);
    });

    it("changes the notification and what the role may read for another prefix", async () => {
      const changes = await changesOf("buckets[0].prefix", "in/");

      assert.deepEqual(summary(changes), [
        "Update BucketNotification acme-documents topics",
        `Update RolePolicy ${FUNCTION} policy`,
      ]);
    });

    it("changes the functions' code alone for another line of a handler", async () => {
      const restore = stack.edit(
        "function/handler.ts",
        "await environment()",
        "(await environment())",
      );
      assert.deepEqual(succeeded(await up("--expect-no-changes")), []);
      restore();
      const restoreAnother = stack.edit(
        "function/ingest.ts",
        "const failures",
        'if (event === "never") return;\n  const failures',
      );
      const changes = succeeded(await up());
      restoreAnother();
      succeeded(await up());

      assert.deepEqual(summary(changes), [
        `Update Function ${FUNCTION} code`,
        `Update Function ${SEARCH} code`,
      ]);
    });

    it("makes a new layer version for another model, and moves the functions to it", async () => {
      await stack.set("model", embeddedModelFolder());
      // The plan, not the deployment: the stand-in does not count a layer's versions on.
      const plan = await stack.plan();
      await stack.set("model", REQUIRED.model);

      assert.deepEqual(plan, [
        "replace BucketObjectv2 proofmark-dev-model key source sourceHash",
        "replace LayerVersion proofmark-dev-model s3Key sourceCodeHash",
        `update Function ${FUNCTION} layers`,
        `update Function ${SEARCH} layers`,
      ]);
    });

    it("changes the parameter alone for another Supabase key", async () => {
      await stack.setSecret("supabaseServiceKey", KEYS[1]);

      assert.deepEqual(summary(succeeded(await up())), [
        "Update Parameter supabase-credentials value",
      ]);
    });

    it("moves the credentials to a secret and back, rotates them there, and changes nothing but who reads them", async () => {
      const readers = [FUNCTION, SEARCH].flatMap((name) => [
        `Update Function ${name} environment`,
        `Update RolePolicy ${name} policy`,
      ]);
      await stack.set("credentialsStore", "secrets-manager");
      assert.deepEqual(
        summary(succeeded(await up())).sort(),
        [
          "Create Secret proofmark-dev-supabase",
          "Create SecretVersion proofmark-dev-supabase",
          "Delete Parameter supabase-credentials",
          ...readers,
        ].sort(),
      );
      assert.deepEqual(succeeded(await up("--expect-no-changes")), []);

      await stack.setSecret("supabaseServiceKey", KEYS[0]);
      assert.deepEqual(summary(succeeded(await up())), [
        "Update SecretVersion proofmark-dev-supabase secretString",
      ]);

      await stack.unset("credentialsStore");
      assert.deepEqual(
        summary(succeeded(await up())).sort(),
        [
          "Create Parameter supabase-credentials",
          "Delete Secret proofmark-dev-supabase",
          "Delete SecretVersion proofmark-dev-supabase",
          ...readers,
        ].sort(),
      );
    });

    it("takes the search function away where search is off, and nothing else", async () => {
      await stack.set("search", "false");
      const changes = succeeded(await up());
      await stack.unset("search");
      succeeded(await up());

      assert.deepEqual(summary(changes), [
        `Delete Function ${SEARCH}`,
        `Delete LogGroup ${SEARCH}`,
        `Delete Role ${SEARCH}`,
        `Delete RolePolicy ${SEARCH}`,
      ]);
    });

    it("switches every setting of operation on, and off again, and replaces nothing that holds anything", async () => {
      const before = titlesOf(await stack.state());
      const paths = Object.entries(OPERATION_SETTINGS).flatMap(([key, value]) =>
        toPaths(key, value),
      );
      for (const [path, value] of paths) await stack.set(path, value);
      const on = succeeded(await up());
      assert.deepEqual(succeeded(await up("--expect-no-changes")), []);
      const { resources } = await recordProgram(OPERATION_SETTINGS);
      assert.deepEqual(titlesOf(await stack.state()), titles(resources).sort());

      for (const key of Object.keys(OPERATION_SETTINGS)) await stack.unset(key);
      const off = succeeded(await up());
      assert.deepEqual(succeeded(await up("--expect-no-changes")), []);
      assert.deepEqual(titlesOf(await stack.state()), before);

      // Documents are encrypted with the key: it outlives the setting.
      assert.ok(summary(off).includes("Delete Alias proofmark-dev-embedding-key"));
      assert.ok(!summary(off).includes("Delete Key proofmark-dev-embedding-key"));
      // What is invoked changes: these belong to the function or to its alias, and for a moment to both.
      const renewed = ["FunctionEventInvokeConfig", "Permission", "TopicSubscription"];
      const recreated = [on, off].flatMap((changes) =>
        changes.filter(({ op, title }) => op !== "Update" && before.includes(title)),
      );
      // The model is in the layer or in S3.
      const moved = ["BucketObjectv2 proofmark-dev-model", "LayerVersion proofmark-dev-model"];
      assert.deepEqual(
        summary(
          recreated.filter(
            ({ title }) =>
              !moved.includes(title) && !renewed.some((type) => title === `${type} ${FUNCTION}`),
          ),
        ),
        [],
      );
    });

    it("refuses a bucket whose objects another destination has", async () => {
      await stack.set("buckets[1].name", "theirs");
      await stack.set("buckets[1].create", "false");

      refused(
        await stack.preview(),
        "Bucket theirs already sends s3:ObjectCreated:Put, s3:ObjectCreated:Copy of keys photos/*.jpg to arn:aws:sns:eu-west-1:123456789012:thumbnails",
      );
    });

    it("joins a bucket that exists, and says what it keeps", async () => {
      await stack.set("buckets[1].prefix", "docs/");
      const run = await up();

      assert.deepEqual(summary(succeeded(run)), [
        "Create BucketNotification theirs",
        `Update RolePolicy ${FUNCTION} policy`,
        `Update TopicPolicy ${TOPIC} policy`,
      ]);
      assert.match(
        run.output,
        /Bucket theirs keeps its notifications to arn:aws:sns:eu-west-1:123456789012:thumbnails, arn:aws:sqs:eu-west-1:123456789012:audit, arn:aws:lambda:eu-west-1:123456789012:function:virus-scan\./,
      );
      const { inputs } = run.changes[0] ?? assert.fail();
      assert.equal(JSON.stringify(inputs.topics).match(/"topicArn"/g)?.length, 2);
      assert.equal(inputs.eventbridge, true);
      assert.deepEqual(succeeded(await up("--expect-no-changes")), []);
    });

    it("leaves that bucket's configuration in place when it is taken out of the settings", async () => {
      await stack.unset("buckets[1]");

      assert.deepEqual(summary(succeeded(await up())), [
        `Update RolePolicy ${FUNCTION} policy`,
        `Update TopicPolicy ${TOPIC} policy`,
      ]);
    });

    it("shows the key in no file and in no output", async () => {
      const shown = await stack.pulumi(["stack", "export"]);
      const files = stack.files();

      const names = [...files.keys()].map((path) => path.split("/").at(-1));
      for (const name of ["dev.json", "Pulumi.dev.yaml", "provider.log"]) {
        assert.ok(names.includes(name), names.join());
      }
      for (const key of KEYS) {
        for (const [path, text] of files) assert.ok(!text.includes(key), path);
        assert.ok(!seen.includes(key));
        assert.ok(!shown.output.includes(key));
      }
    });

    it("destroys all of it", async () => {
      const run = await stack.pulumi(["destroy", "--yes", "--skip-preview", "--suppress-progress"]);
      const { resources } = await recordProgram();

      assert.deepEqual(
        summary(succeeded(run)).sort(),
        titles(resources)
          .map((title) => `Delete ${title}`)
          .sort(),
      );
      assert.deepEqual(await stack.state(), []);
    });
  });
});
