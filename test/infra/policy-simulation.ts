/** Takes requests as AWS would see them and gives what the policies of a recorded program decide. */
import assert from "node:assert/strict";
import { runSimulation } from "@cloud-copilot/iam-simulate";
import * as v from "valibot";
import {
  ACCOUNT_ID,
  KEY_ARN,
  policyOf,
  REGION,
  type RecordedResource,
  statementsOf,
} from "./recording.ts";

/** Of this account and region. */
export const arn = (service: string, resource: string) =>
  `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
export const FUNCTION = "proofmark-dev-embedding-processor";
export const SEARCH = "proofmark-dev-embedding-search";
export const plainHttp = { "aws:SecureTransport": "false" };
export const from = (sourceArn: string, account = ACCOUNT_ID) => ({
  "aws:SourceArn": sourceArn,
  "aws:SourceAccount": account,
});

/** One request as AWS would see it. */
export interface Request {
  readonly who: "ingest" | "search" | `${string}.amazonaws.com`;
  readonly action: string;
  readonly resource: string;
  /** Added to, or put in place of, a request over TLS. */
  readonly context?: Readonly<Record<string, string | string[]>>;
  /** What a reader has to know of the request besides. */
  readonly note?: string;
}

const ROLES: Readonly<Record<string, string>> = { ingest: FUNCTION, search: SEARCH };

/** Prints a line for each request and gives those that are decided otherwise than expected. */
export async function simulate(
  resources: readonly RecordedResource[],
  expected: { readonly allowed: readonly Request[]; readonly denied: readonly Request[] },
): Promise<readonly string[][]> {
  const rows: string[][] = [];
  const wrong: string[][] = [];
  for (const [isAllowed, requests] of [
    [true, expected.allowed],
    [false, expected.denied],
  ] as const) {
    for (const request of requests) {
      const decision = await decide(resources, request);
      const row = [
        decision,
        request.who,
        request.action,
        `${request.resource}${request.note === undefined ? "" : ` (${request.note})`}`,
      ];
      rows.push(row);
      if ((decision === "Allowed") !== isAllowed) wrong.push(row);
    }
  }
  process.stdout.write(table(rows));
  return wrong;
}

const statementSchema = v.looseObject({
  Sid: v.optional(v.string()),
  Effect: v.string(),
  Resource: v.union([v.string(), v.array(v.string())]),
});

/** The policies' statements that allow on everything, as `name Sid`. */
export function wideStatements(resources: readonly RecordedResource[]): string[] {
  const policies = resources.filter(({ type }) => /Policy$|:kms\/key:Key$/.test(type));
  assert.ok(policies.length > 5);
  return policies.flatMap(({ name, inputs }) =>
    statementsOf(inputs)
      .map((statement) => v.parse(statementSchema, statement))
      .filter(({ Effect, Resource }) => Effect === "Allow" && [Resource].flat().includes("*"))
      .map(({ Sid }) => `${name} ${Sid}`),
  );
}

/** The policy of the resource asked for, as the program writes it. */
function resourcePolicy(resources: readonly RecordedResource[], resource: string): unknown {
  const [, , service, , , name = ""] = resource.split(":");
  const bucketName = name.split("/")[0];
  const found = resources.find(
    ({ type, inputs }) =>
      (resource === KEY_ARN && type.endsWith(":Key")) ||
      (service === "s3" && type.endsWith(":BucketPolicy") && inputs.bucket === bucketName) ||
      (service === "sns" && type.endsWith(":TopicPolicy") && inputs.arn === resource) ||
      (service === "sqs" &&
        type.endsWith(":QueuePolicy") &&
        String(inputs.queueUrl).endsWith(`/${name}`)),
  );
  if (found !== undefined) return policyOf(found.inputs);
  // KMS asks the key's policy first; that of other keys leaves the decision to the role's.
  return service === "kms" ? delegatingKeyPolicy : undefined;
}

const delegatingKeyPolicy = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` },
      Action: "kms:*",
      Resource: "*",
    },
  ],
};

/**
 * The simulator knows keys that end in a name of one's own only where a slash precedes it, and of Lambda's key of
 * the function it does not know that it comes with every action: kms:EncryptionContext:<name> and
 * lambda:SourceFunctionArn go by another key, in the policies and in the request alike.
 */
function rename<Value>(policyOrContext: Value): Value {
  const text = JSON.stringify(policyOrContext);
  return JSON.parse(
    text
      .replaceAll("kms:EncryptionContext:", "aws:PrincipalTag/")
      .replaceAll("lambda:SourceFunctionArn", "aws:PrincipalTag/SourceFunctionArn"),
  );
}

async function decide(resources: readonly RecordedResource[], request: Request): Promise<string> {
  const role = ROLES[request.who];
  const policy = resources.find(({ type, name }) => type.endsWith(":RolePolicy") && name === role);
  assert.equal(policy === undefined, role === undefined);
  const ofResource = resourcePolicy(resources, request.resource);
  const simulated = await runSimulation(
    {
      request: {
        principal: role === undefined ? request.who : `arn:aws:iam::${ACCOUNT_ID}:role/${role}`,
        action: request.action,
        resource: { resource: request.resource, accountId: accountOf(request.resource) },
        contextVariables: rename({ "aws:SecureTransport": "true", ...request.context }),
      },
      identityPolicies:
        policy === undefined
          ? []
          : [{ name: policy.name, policy: rename(policyOf(policy.inputs)) }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      resourcePolicy: ofResource && rename(ofResource),
    },
    {},
  );
  if (simulated.resultType !== "single") assert.fail(JSON.stringify(simulated));
  // A condition key that the simulator drops would make any denial true.
  assert.deepEqual(simulated.result.ignoredContextKeys, [], request.action);
  return simulated.overallResult;
}

/** A bucket's ARN, and the resource of what knows none, has no account: both are this one's. */
function accountOf(resource: string): string {
  return resource.split(":")[4] || ACCOUNT_ID;
}

function table(rows: readonly string[][]): string {
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map(
      (row) => `      ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}\n`,
    )
    .join("");
}
