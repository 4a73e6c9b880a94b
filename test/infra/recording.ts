/** Takes a piece of the Pulumi program and gives the resources that it asks for, with made-up outputs. */
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as v from "valibot";

export const ACCOUNT_ID = "123456789012";
export const REGION = "eu-west-1";
/** Of the one KMS key that a program makes. */
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/0a1b2c3d-made-here`;
export const TARGET = { accountId: ACCOUNT_ID, region: REGION, partition: "aws" };

export type Inputs = Readonly<Record<string, unknown>>;

export interface RecordedResource {
  readonly type: string;
  readonly name: string;
  /** As the provider receives them: a secret is still wrapped. */
  readonly inputs: Inputs;
}

export interface Recording<Result> {
  readonly result: Result;
  /** Without components, sorted by type and name. */
  readonly resources: readonly RecordedResource[];
}

/** Runs `program` as stack dev of project embedding-processor, to the end of its last registration. */
export async function record<Result>(
  program: () => Result | Promise<Result>,
  config: Readonly<Record<string, string>> = {},
): Promise<Recording<Result>> {
  const resources: RecordedResource[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type.startsWith("aws:")) resources.push({ type, name, inputs });
        return { id: `${name}-id`, state: { ...inputs, ...madeUp(type, name, inputs) } };
      },
      call: ({ token }) => {
        const answer = CALLS[token];
        if (answer === undefined) throw new Error(`The mocks have no answer to ${token}.`);
        return answer;
      },
    },
    "embedding-processor",
    "dev",
  );
  pulumi.runtime.setAllConfig({ ...config });
  const result = await program();
  await pulumi.runtime.disconnect();
  resources.sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
  return { result, resources };
}

const CALLS: Readonly<Record<string, Inputs>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": { accountId: ACCOUNT_ID },
  "aws:index/getRegion:getRegion": { region: REGION },
  "aws:index/getPartition:getPartition": { partition: "aws" },
};

/** What AWS would make up: names of its own and ARNs. */
function madeUp(type: string, name: string, inputs: Inputs): Inputs {
  const own = (property: string) => String(inputs[property] ?? `${name}-1a2b3c4`);
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
  switch (type) {
    case "aws:s3/bucket:Bucket":
      return { bucket: own("bucket"), arn: `arn:aws:s3:::${own("bucket")}` };
    case "aws:ssm/parameter:Parameter":
      return { arn: arn("ssm", `parameter${own("name")}`) };
    case "aws:kms/key:Key":
      return { arn: KEY_ARN, keyId: KEY_ARN.slice(KEY_ARN.lastIndexOf("/") + 1) };
    case "aws:secretsmanager/secret:Secret":
      return { arn: arn("secretsmanager", `secret:${own("name")}-AbCdEf`) };
    case "aws:sns/topic:Topic":
      return { arn: arn("sns", own("name")) };
    case "aws:sqs/queue:Queue":
      return {
        arn: arn("sqs", own("name")),
        url: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/${own("name")}`,
      };
    case "aws:lambda/function:Function":
      return {
        arn: arn("lambda", `function:${own("name")}`),
        version: inputs.publish === true ? "7" : "$LATEST",
        ...(inputs.vpcConfig !== undefined && { vpcConfig: { vpcId: "vpc-0a1b2c3d" } }),
      };
    case "aws:lambda/alias:Alias":
      return { arn: arn("lambda", `function:${inputs.functionName}:${own("name")}`) };
    case "aws:lambda/layerVersion:LayerVersion":
      return { arn: arn("lambda", `layer:${own("layerName")}:1`) };
    case "aws:lambda/functionUrl:FunctionUrl":
      return { functionUrl: "https://abc.lambda-url.eu-west-1.on.aws/" };
    case "aws:cloudwatch/logGroup:LogGroup":
      return { arn: arn("logs", `log-group:${own("name")}`) };
    case "aws:iam/role:Role":
      return { name: own("name"), arn: `arn:aws:iam::${ACCOUNT_ID}:role/${own("name")}` };
    default:
      return {};
  }
}

/** `type name` of each resource: what is there, and by its length what is not. */
export function titles(resources: readonly RecordedResource[]): string[] {
  return resources.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
}

/** The inputs of the one resource of this type, such as `Bucket`, and name; fails where there is not exactly one. */
export function inputsOf(
  resources: readonly RecordedResource[],
  type: string,
  name?: string,
): Inputs {
  const found = resources.filter(
    (resource) =>
      resource.type.endsWith(`:${type}`) && (name === undefined || resource.name === name),
  );
  const [only] = found;
  assert.equal(found.length, 1, `${found.length} resources of type ${type}`);
  assert.ok(only !== undefined);
  return only.inputs;
}

/** A policy input of a resource, parsed. */
export function policyOf(inputs: Inputs, property = "policy"): unknown {
  return JSON.parse(String(inputs[property]));
}

/** The statements of a policy input. */
export function statementsOf(inputs: Inputs): readonly unknown[] {
  return v.parse(v.object({ Statement: v.array(v.unknown()) }), policyOf(inputs)).Statement;
}

/** The plain value of an output, with all that it waits for. */
export function resolved<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve) => output.apply(resolve));
}

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** The value inside a secret input, or undefined where it is not wrapped as one. */
export function secretValue(input: unknown): unknown {
  return typeof input === "object" && input !== null && SECRET_MARK in input && "value" in input
    ? input.value
    : undefined;
}
