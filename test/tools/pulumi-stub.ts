/** A Pulumi CLI that keeps one stack's configuration in memory, where the real one is not on PATH. */
import assert from "node:assert/strict";
import { type Pulumi, PulumiError } from "../../tools/pulumi.ts";

export interface PulumiStub {
  readonly pulumi: Pulumi;
  /** All that was asked of it, as on command lines. */
  readonly commands: string[];
  readonly values: ReadonlyMap<string, Value>;
}

interface Value {
  readonly value: string;
  readonly secret: boolean;
}

/** The settings of Pulumi.yaml that have defaults and that the tools read. */
const defaults = {
  "embedding-processor:projectName": "proofmark",
  "embedding-processor:environment": "",
};

export function createPulumiStub(
  stack: string | undefined,
  values: Readonly<Record<string, string>> = {},
  secrets: Readonly<Record<string, string>> = {},
): PulumiStub {
  const stub = { stack, commands: [] as string[], values: new Map<string, Value>() };
  for (const [key, value] of Object.entries({ ...defaults, ...values })) {
    stub.values.set(key, { value, secret: false });
  }
  for (const [key, value] of Object.entries(secrets)) stub.values.set(key, { value, secret: true });

  function set(args: readonly string[], input: string): string {
    const isSecret = args.includes("--secret");
    const [key = "", value = input] = args.filter(
      (word, index) => index > 1 && !word.startsWith("--") && args[index - 1] !== "--stack",
    );
    const bucket = key === "buckets[0].name";
    const path = bucket ? "buckets" : key;
    stub.values.set(path.includes(":") ? path : `embedding-processor:${path}`, {
      value: bucket ? JSON.stringify([{ name: value }]) : value,
      secret: isSecret,
    });
    return "";
  }

  return {
    ...stub,
    async pulumi(args, input = "") {
      stub.commands.push(args.join(" "));
      if (args[0] === "version") return "v3.274.1\n";
      if (args[0] === "stack" && args[1] === "select") {
        stub.stack = args.at(-1);
        return "";
      }
      const named = args[args.indexOf("--stack") + 1];
      if (named !== stub.stack) throw new PulumiError(args, 6, `no stack named '${named}' found`);
      if (args[0] === "config" && args[1] === "set") return set(args, input);
      assert.deepEqual(args.slice(0, 2), ["config", "--json"]);
      const showSecrets = args.includes("--show-secrets");
      return JSON.stringify(
        Object.fromEntries(
          [...stub.values].map(([key, { value, secret }]) => [
            key,
            secret && !showSecrets ? { secret } : { value, secret },
          ]),
        ),
      );
    },
  };
}
