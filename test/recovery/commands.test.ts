import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createEvent } from "../../function/events.ts";
import { resolveModel } from "../../local/model.ts";
import { type LocalStack, startLocalStack } from "../../local/stack.ts";
import { createRecorder } from "../fixtures/recorder.ts";
import { runTool } from "../tools/run-tool.ts";
import { type CloudStack, startCloudStack } from "./cloud-stack.ts";

const script = (name: string) => `recovery/${name}-command.ts`;

describe("the commands on the local stack", () => {
  let state: string;
  beforeEach(async () => {
    state = await mkdtemp(join(tmpdir(), "recovery-"));
  });
  afterEach(() => rm(state, { recursive: true }));

  const run = (name: string, ...words: string[]) =>
    runTool(script(name), ["--state", state, ...words]);
  async function withStack(work: (stack: LocalStack) => Promise<void>): Promise<void> {
    const model = await resolveModel({ state }, process.stderr);
    const telemetry = createRecorder();
    const stack = await startLocalStack({ folder: model.stateFolder, model, telemetry });
    await work(stack).finally(stack.close);
  }

  it("redrive shows what npm start failed on, and sends it again", async () => {
    await withStack(async ({ database, upload }) => {
      await database.exec("alter table source_objects rename to source_objects_away");
      for (const key of ["a.txt", "in/b.txt"]) {
        await assert.rejects(upload(key, Buffer.from(`Bees dance for sugar, says ${key}`)));
      }
      await database.exec("alter table source_objects_away rename to source_objects");
    });

    const listed = await run("redrive");
    assert.equal(listed.exitCode, 0, listed.stderr);
    assert.match(
      listed.stdout,
      /^failed: the function gave up on these\n {2}s3:\/\/documents\/a\.txt\n {6}\d+ s ago, 1 try: 1 object\(s\) failed and will be tried again: .*source_objects.*\n {2}s3:\/\/documents\/in\/b\.txt\n/,
    );
    assert.match(
      listed.stdout,
      /\n0 sent again, 2 kept, 0 unreadable \(kept too\)\nSend again: npm run redrive -- --all, or --key KEY, or --prefix PREFIX\n$/,
    );

    const some = await run("redrive", "--key", "a.txt");
    assert.match(some.stdout, /\n1 sent again, 1 kept, 0 unreadable/, some.stderr);
    const rest = await run("redrive", "--prefix", "in/");
    assert.match(
      rest.stdout,
      /✓ sent again s3:\/\/documents\/in\/b\.txt\n.*\n\n1 sent again, 0 kept/,
    );
    await withStack(async ({ database, failedEvents }) => {
      assert.deepEqual(failedEvents.list(), []);
      const { rows } = await database.query("select key from source_objects order by key");
      assert.deepEqual(rows, [{ key: "a.txt" }, { key: "in/b.txt" }]);
    });
  });

  it("redrive keeps anew what fails once more", async () => {
    await withStack(async ({ database, upload }) => {
      await database.exec("alter table source_objects rename to source_objects_away");
      await assert.rejects(upload("a.txt", Buffer.from("Bees dance for sugar")));
    });

    assert.match((await run("redrive", "--all")).stdout, /1 sent again, 0 kept/);
    assert.match((await run("redrive")).stdout, /0 sent again, 1 kept/);
  });

  it("reconcile finds a difference, mends it, and then finds none", async () => {
    await withStack(async ({ bucket, upload }) => {
      await upload("orphaned.txt", Buffer.from("Green tea wants patience"));
      await upload("empty.txt", Buffer.from(""));
      await bucket.remove("orphaned.txt");
      await bucket.put("missing.txt", Buffer.from("Bees dance for sugar"), "text/plain");
    });

    const found = await run("reconcile");
    assert.equal(found.exitCode, 1);
    assert.equal(
      found.stdout,
      [
        "  rejected  s3://documents/empty.txt  The object holds no text. Upload it again with content, or delete it.",
        "  missing   s3://documents/missing.txt",
        "  orphaned  s3://documents/orphaned.txt",
        "1 missing, 0 stale, 1 orphaned; 1 rejected, which is no difference",
        "What was uploaded a moment ago may be on its way. To mend the rest, run this again with --fix.",
        "",
      ].join("\n"),
    );
    const mended = await run("reconcile", "--fix");
    assert.equal(mended.exitCode, 0, mended.stderr);
    assert.match(mended.stdout, /\nEvents published: 2\. /);
    assert.match(mended.stderr, /100 % {2}2 of 2 objects/);
    const equal = await run("reconcile");
    assert.equal(equal.exitCode, 0, equal.stderr);
    assert.match(equal.stdout, /\nThe table equals the buckets\.\n$/);
  });

  it("backfill goes on where it was killed", async () => {
    await withStack(async ({ bucket }) => {
      for (let number = 10; number < 50; number += 1) {
        await bucket.put(`${number}.txt`, Buffer.from("Bees dance for sugar"), "text/plain");
      }
    });
    const words = [script("backfill"), "--state", state, "--bucket", "documents"];
    const killed = spawn(process.execPath, [...words, "--rate", "10"]);
    const exited = once(killed, "exit");
    for await (const text of killed.stderr) {
      if (/ 10 of 40 objects/.test(`${text}`)) killed.kill("SIGKILL");
    }
    assert.deepEqual(await exited, [null, "SIGKILL"]);

    const next = await run("backfill", "--bucket", "documents", "--rate", "1000");

    assert.equal(next.exitCode, 0, next.stderr);
    assert.match(
      next.stdout,
      /^Going on after 19\.txt, the last of 10 that were published before .*\nEvents published: 40, one for each document of s3:\/\/documents\/\n$/,
    );
    assert.equal((await run("reconcile")).exitCode, 0);
  });

  for (const [what, name, words, message] of [
    [
      "a bucket that it does not have",
      "backfill",
      ["--bucket", "nowhere"],
      /^The local stack has no bucket nowhere\. Its buckets are documents\.\n$/,
    ],
    ["no bucket", "backfill", [], /^Usage: npm run backfill -- /],
    [
      "a rate that is none",
      "backfill",
      ["--bucket", "documents", "--rate", "0"],
      /^--rate must be a number of objects a second above 0, not 0\.\n$/,
    ],
    [
      "a rate that is no number",
      "reconcile",
      ["--rate", "fast"],
      /^--rate must be .*, not fast\.\n$/,
    ],
    [
      "two selections",
      "redrive",
      ["--all", "--key", "a"],
      /^Choose one of --all, --key KEY and --prefix PREFIX\.\n$/,
    ],
    ["an option that does not exist", "redrive", ["--everything"], /--everything/],
  ] as const) {
    it(`${name} ends with one clear line for ${what}`, async () => {
      const { exitCode, stdout, stderr } = await run(name, ...words);

      assert.equal(exitCode, 1);
      assert.match(stderr, message);
      assert.equal(stdout, "");
      assert.doesNotMatch(stderr, / at .*\.ts:/);
    });
  }
});

describe("the commands on a deployed stack", () => {
  let stack: CloudStack;
  let folder: string;
  before(async () => {
    stack = await startCloudStack();
    folder = await mkdtemp(join(tmpdir(), "recovery-"));
    const { topicArn, failedQueueUrl, undeliveredQueueUrl } = stack.resources;
    const setting = (key: string, value: string) => [
      `embedding-processor:${key}`,
      { value, secret: false },
    ];
    const configuration = Object.fromEntries([
      ["aws:region", { value: "us-east-1", secret: false }],
      setting("supabaseUrl", "https://acme.supabase.co"),
      setting(
        "buckets",
        '[{"name":"documents","create":false,"suffix":".txt"},{"name":"deleted","create":false}]',
      ),
      ["embedding-processor:supabaseServiceKey", { value: "sb_secret_x", secret: true }],
    ]);
    await writeFile(join(folder, "configuration.json"), JSON.stringify(configuration));
    await writeFile(
      join(folder, "outputs.json"),
      JSON.stringify({ topicArn, failedQueueUrl, undeliveredQueueUrl }),
    );
    // As the Pulumi CLI answers for a stack that is deployed, one that is not yet, and one that is not there.
    await writeFile(
      join(folder, "pulumi"),
      `#!/bin/sh
case "$*" in
  *"stack output --json --stack dev") cat "${folder}/outputs.json" ;;
  *"stack output --json --stack new") echo "{}" ;;
  *"config --json"*"--stack dev") cat "${folder}/configuration.json" ;;
  *) for last; do :; done; echo "error: no stack named '$last' found" >&2; exit 6 ;;
esac
`,
      { mode: 0o755 },
    );
  });
  after(async () => {
    await stack.close();
    await rm(folder, { recursive: true });
  });

  const run = (name: string, ...words: string[]) =>
    runTool(script(name), words, {
      ...stack.variables,
      PATH: `${folder}${delimiter}${process.env.PATH}`,
    });

  it("redrive shows both queues, and sends again what is chosen", async () => {
    const message = (key: string) =>
      JSON.stringify(
        createEvent([
          {
            bucket: "documents",
            key,
            eventName: "ObjectCreated:Put",
            occurredAt: new Date(0),
            sequencer: "01",
          },
        ]),
      );
    const notification = JSON.stringify({ Type: "Notification", Message: message("a.txt") });

    const empty = await run("redrive", "--stack", "dev");
    assert.equal(empty.stdout, "Nothing failed: the dead-letter queues are empty.\n", empty.stderr);
    await stack.send("undelivered", notification);
    await stack.send("failed", "?");

    const listed = await run("redrive", "--stack", "dev");
    assert.equal(listed.exitCode, 0, listed.stderr);
    assert.match(
      listed.stdout,
      /^failed: the function gave up on these\n {2}\? message [0-9a-f-]+\n {6}\d+ s ago, unreadable: .*\nundelivered: these never reached the function\n {2}s3:\/\/documents\/a\.txt\n {6}\d+ s ago, 0 tries: SNS could not deliver it\n\n0 sent again, 1 kept, 1 unreadable \(kept too\)\nSend again: npm run redrive -- --stack dev --all, /,
    );

    const sent = await run("redrive", "--stack", "dev", "--all");
    assert.match(sent.stdout, /\n1 sent again, 0 kept, 1 unreadable \(kept too\)\n$/, sent.stderr);
    assert.deepEqual(await stack.deliver(), [message("a.txt")]);
    assert.deepEqual(await stack.bodies("failed"), ["?"]);
  });

  it("backfill publishes what the stack's settings choose", async () => {
    for (const key of ["b.txt", "c.md"]) {
      await stack.local.bucket.put(key, Buffer.from("Bees dance for sugar"), "text/plain");
    }

    const words = ["--stack", "dev", "--bucket", "documents", "--state", folder];
    const { exitCode, stdout, stderr } = await run("backfill", ...words);

    assert.equal(exitCode, 0, stderr);
    assert.equal(stdout, "Events published: 1, one for each document of s3://documents/\n");
    assert.equal((await stack.deliver()).length, 1);
  });

  for (const [what, name, words, message] of [
    [
      "a stack that is not there",
      "redrive",
      ["--stack", "nope"],
      /no stack named 'nope' found\. Make it: npm run setup -- --stack NAME\n$/,
    ],
    [
      "a stack that is not deployed",
      "reconcile",
      ["--stack", "new"],
      /^Stack new has no topic and queues\. Deploy it with: pulumi up --stack new\n$/,
    ],
    [
      "a bucket that is not the stack's",
      "backfill",
      ["--stack", "dev", "--bucket", "b"],
      /^Stack dev has no bucket b\. Its buckets are documents, deleted\.\n$/,
    ],
    [
      "a bucket that was deleted",
      "backfill",
      ["--stack", "dev", "--bucket", "deleted"],
      /^The objects of s3:\/\/deleted\/ cannot be listed: /,
    ],
  ] as const) {
    it(`${name} ends with one clear line for ${what}`, async () => {
      const { exitCode, stdout, stderr } = await run(name, ...words);

      assert.equal(exitCode, 1);
      assert.match(stderr, message);
      assert.equal(stdout, "");
      assert.doesNotMatch(stderr, / at .*\.ts:/);
    });
  }
});
