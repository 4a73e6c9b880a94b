import assert from "node:assert/strict";
import type { Person } from "../../tools/answers.ts";
import { setUpStack } from "../../tools/stack-setup.ts";
import { createPulumiStub, type PulumiStub } from "./pulumi-stub.ts";

const KEY = "sb_secret_6f1d2c";
const VARIABLES = {
  SUPABASE_URL: "https://abcdefgh.supabase.co",
  SUPABASE_SERVICE_KEY: KEY,
  AWS_REGION: "eu-central-1",
};

/** Answers each question with what is given for it, else as suggested, and remembers both. */
function createPerson(answers: Readonly<Record<string, string>> = {}) {
  const asked: [message: string, suggestion: string][] = [];
  const person: Person = {
    async askText(message, suggestion) {
      asked.push([message, suggestion]);
      return answers[message] ?? suggestion;
    },
    async askSecret(message) {
      asked.push([message, ""]);
      return KEY;
    },
  };
  return { person, asked };
}

function plainValue({ values }: PulumiStub, key: string): string | undefined {
  return values.get(key)?.value;
}

describe("setUpStack", () => {
  it("takes all from the variables without a question, and writes it", async () => {
    const stub = createPulumiStub(undefined);

    const settings = await setUpStack("dev", {
      pulumi: stub.pulumi,
      variables: VARIABLES,
      person: undefined,
    });

    assert.equal(stub.commands[0], "stack select --create dev");
    assert.equal(plainValue(stub, "aws:region"), "eu-central-1");
    assert.equal(
      plainValue(stub, "embedding-processor:supabaseUrl"),
      "https://abcdefgh.supabase.co",
    );
    assert.deepEqual(stub.values.get("embedding-processor:supabaseServiceKey"), {
      value: KEY,
      secret: true,
    });
    assert.equal(settings.environment, "dev");
    assert.match(settings.buckets[0].name, /^proofmark-dev-documents-[0-9a-f]{8}$/);
    assert.equal(
      plainValue(stub, "embedding-processor:buckets"),
      JSON.stringify([{ name: settings.buckets[0].name }]),
    );
  });

  it("puts the key on no command line", async () => {
    const stub = createPulumiStub("dev");

    await setUpStack("dev", { pulumi: stub.pulumi, variables: VARIABLES, person: undefined });

    assert.ok(stub.commands.length > 4);
    assert.deepEqual(
      stub.commands.filter((command) => command.includes(KEY)),
      [],
    );
  });

  it("names the environment after the stack alone, not after its organization", async () => {
    const stub = createPulumiStub(undefined);
    const clients = { pulumi: stub.pulumi, variables: VARIABLES, person: undefined };

    const settings = await setUpStack("acme/embedding-processor/staging", clients);

    assert.equal(settings.environment, "staging");
    assert.match(settings.buckets[0].name, /^proofmark-staging-documents-/);
  });

  it("takes the bucket's name from EMBEDDING_BUCKET", async () => {
    const stub = createPulumiStub("dev");
    const variables = { ...VARIABLES, EMBEDDING_BUCKET: "acme-documents" };

    await setUpStack("dev", { pulumi: stub.pulumi, variables, person: undefined });

    assert.equal(plainValue(stub, "embedding-processor:buckets"), '[{"name":"acme-documents"}]');
  });

  it("keeps the bucket that it once chose", async () => {
    const stub = createPulumiStub("dev");
    const clients = { pulumi: stub.pulumi, variables: VARIABLES, person: undefined };

    const first = await setUpStack("dev", clients);
    const second = await setUpStack("dev", clients);

    assert.deepEqual(second.buckets, first.buckets);
  });

  it("asks for what no variable says, with what the stack has for a suggestion", async () => {
    const stub = createPulumiStub("dev", {
      "aws:region": "eu-west-1",
      "embedding-processor:supabaseUrl": "https://abcdefgh.supabase.co",
      "embedding-processor:buckets": '[{"name":"acme-documents","prefix":"in/"}]',
    });
    const { person, asked } = createPerson({ "AWS region": "eu-north-1" });

    const settings = await setUpStack("dev", {
      pulumi: stub.pulumi,
      variables: { SUPABASE_URL: "https://ijklmnop.supabase.co", AWS_REGION: "" },
      person,
    });

    assert.deepEqual(asked, [
      ["Its secret key (sb_secret_…)", ""],
      ["AWS region", "eu-west-1"],
      ["Bucket for the documents", "acme-documents"],
    ]);
    assert.equal(settings.supabaseUrl, "https://ijklmnop.supabase.co");
    assert.equal(settings.buckets[0].prefix, "in/");
    assert.equal(plainValue(stub, "aws:region"), "eu-north-1");
  });

  for (const [variables, named] of [
    [{}, "SUPABASE_URL and SUPABASE_SERVICE_KEY and AWS_REGION are not set"],
    [{ ...VARIABLES, AWS_REGION: "" }, "AWS_REGION is not set"],
    [{ ...VARIABLES, SUPABASE_SERVICE_KEY: undefined }, "SUPABASE_SERVICE_KEY is not set"],
  ] as const) {
    it(`does nothing where nobody can be asked and ${named}`, async () => {
      const stub = createPulumiStub(undefined);

      await assert.rejects(
        setUpStack("dev", { pulumi: stub.pulumi, variables, person: undefined }),
        (error) => {
          assert.ok(error instanceof Error);
          assert.equal(error.name, "MissingAnswersError");
          assert.ok(error.message.includes(`, and ${named}.`), error.message);
          return true;
        },
      );
      assert.deepEqual(stub.commands, []);
    });
  }

  it("makes no stack for a key that is public", async () => {
    const stub = createPulumiStub(undefined);
    const variables = { ...VARIABLES, SUPABASE_SERVICE_KEY: "sb_publishable_6f1d2c" };

    await assert.rejects(setUpStack("dev", { pulumi: stub.pulumi, variables, person: undefined }), {
      name: "UnsuitableKeyError",
      message: /It is the publishable key/,
    });
    assert.deepEqual(stub.commands, []);
  });

  it("writes nothing where an answer cannot be", async () => {
    const stub = createPulumiStub("dev");
    const variables = { ...VARIABLES, SUPABASE_URL: "abcdefgh", EMBEDDING_BUCKET: "My Bucket" };
    const before = new Map(stub.values);

    await assert.rejects(
      setUpStack("dev", { pulumi: stub.pulumi, variables, person: undefined }),
      (error) => {
        assert.ok(error instanceof Error && "mistakes" in error && Array.isArray(error.mistakes));
        assert.deepEqual(
          error.mistakes.map((mistake) => String(mistake).split(":")[0]),
          ["supabaseUrl", "buckets[0].name"],
        );
        return true;
      },
    );
    assert.deepEqual(stub.values, before);
  });
});
