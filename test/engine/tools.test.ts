import assert from "node:assert/strict";
import { type Server, serve } from "../../local/serve.ts";
import { REQUIRED } from "../infra/recorded-program.ts";
import { createStack, type Run, type Stack } from "./stack.ts";

const KEY = "sb_secret_first_6f1d2c";
const VARIABLES = {
  // Where nothing answers: what the doctor says of Supabase is the same everywhere.
  SUPABASE_URL: "https://127.0.0.1:1",
  SUPABASE_SERVICE_KEY: KEY,
  AWS_REGION: "eu-west-1",
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult>
</GetCallerIdentityResponse>`;

describe("the tools with the real Pulumi CLI", () => {
  let stack: Stack;
  let aws: Server;
  before(async () => {
    aws = await serve(async (request) =>
      new URL(request.url).pathname === "/"
        ? new Response(identity, { headers: { "content-type": "text/xml" } })
        : Response.json([
            {
              id: "a",
              content: "Green tea.",
              key: "tea.md",
              metadata: {},
              similarity: 0.5,
              score: 1,
              snippet: "Green tea.",
              neighbours: [],
            },
          ]),
    );
    stack = await createStack("other", {
      AWS_ENDPOINT_URL_STS: aws.url,
      AWS_ENDPOINT_URL_LAMBDA: aws.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      HF_ENDPOINT: "http://127.0.0.1:1",
    });
  });
  after(async () => {
    stack.dispose();
    await aws.close();
  });

  function marks({ output }: Pick<Run, "output">): string[] {
    return output.match(/^[✓✗–] .*$/gm)?.map((line) => line.replace(/ +/g, " ")) ?? [];
  }

  it("say that the stack is not there", async () => {
    const run = await stack.tool("tools/doctor.ts", []);

    assert.equal(run.exitCode, 1);
    assert.equal(marks(run)[1]?.startsWith("✗ Stack pulumi config"), true, run.output);
    assert.match(run.output, /no stack named 'dev' found\. Make it: npm run setup/);
  });

  it("make no stack while a variable is missing", async () => {
    const run = await stack.tool("tools/setup.ts", [], { ...VARIABLES, AWS_REGION: "" });

    assert.equal(run.exitCode, 1);
    assert.match(run.output, /^There is no terminal to ask at, and AWS_REGION is not set\./);
    const { output } = await stack.pulumi(["stack", "ls"]);
    assert.doesNotMatch(output, /dev/);
  });

  it("keep what was answered when the layers cannot be built", async () => {
    const run = await stack.tool("tools/setup.ts", [], VARIABLES);

    assert.equal(run.exitCode, 1);
    assert.match(run.output, /cannot be downloaded/);
    assert.match(run.output, /The settings are written and the layers are not built/);
  });

  it("set up a stack, build its layers, and find all that pulumi up needs", async () => {
    await stack.pulumi(["config", "set", "--stack", "dev", "model", REQUIRED.model]);
    const bucket = /proofmark-dev-documents-[0-9a-f]{8}/;
    const [before] =
      bucket.exec((await stack.pulumi(["config", "--stack", "dev"])).output) ?? assert.fail();

    const run = await stack.tool("tools/setup.ts", [], VARIABLES);

    assert.equal(run.exitCode, 0, run.output);
    const found = marks(run);
    assert.equal(found.length, 5, run.output);
    assert.match(found[0] ?? "", /^✓ Pulumi CLI v3\./);
    assert.equal(found[1], "✓ Stack dev");
    assert.equal(found[2], `✓ Settings ${before}; ${REQUIRED.model} on arm64`);
    assert.equal(found[3], "✓ AWS account 123456789012, eu-west-1");
    assert.match(found[4] ?? "", /^✓ Layers built, \d+\.\d % of what Lambda takes$/);
    assert.match(run.output, /\n {2}pulumi up --stack dev\n$/);
  });

  it("leave the key encrypted, and in no file in the clear", async () => {
    const files = stack.files();
    const settings = [...files].find(([path]) => path.endsWith("/Pulumi.dev.yaml"));

    assert.match(settings?.[1] ?? "", /supabaseServiceKey:\n\s+secure: v1:/);
    for (const [path, text] of files) assert.ok(!text.includes(KEY), path);
    const { output } = await stack.pulumi([
      "config",
      "get",
      "--stack",
      "dev",
      "supabaseServiceKey",
    ]);
    assert.equal(output.trim(), KEY);
  });

  it("say what of Supabase is wrong while the rest is right", async () => {
    const run = await stack.tool("tools/doctor.ts", ["--stack", "dev"]);

    assert.equal(run.exitCode, 1);
    assert.deepEqual(
      marks(run).map((line) => line.slice(0, 5)),
      ["✓ Pul", "✓ Sta", "✓ Set", "✓ AWS", "✓ Lay", "✗ Sup", "– Ser", "– Sch", "– Acc"],
      run.output,
    );
    assert.ok(!run.output.includes(KEY));
  });

  it("say that a stack without a deployment has no search function", async () => {
    const run = await stack.tool("local/search.ts", ["--stack", "dev", "tea"]);

    assert.equal(run.exitCode, 1);
    assert.match(run.output, /^Stack dev has no search function\. Deploy it with pulumi up/);
  });

  it("ask the function that was deployed", async () => {
    await stack.pulumi(["stack", "select", "dev"]);
    const up = await stack.up();
    assert.equal(up.exitCode, 0, up.output);

    const run = await stack.tool("local/search.ts", ["--stack", "dev", "tea"]);

    assert.equal(run.exitCode, 0, run.output);
    assert.match(run.output, /1\. {2}0\.500 {2}tea\.md, chunk 1 of 1/);
  });
});
