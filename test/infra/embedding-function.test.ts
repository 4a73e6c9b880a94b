import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { EmbeddingFunction, type EmbeddingFunctionArgs } from "../../infra/embedding-function.ts";
import { functionEnvironment } from "../../infra/function-environment.ts";
import { networkStatements } from "../../infra/function-network.ts";
import { inputsOf, policyOf, record, resolved, statementsOf, TARGET, titles } from "./recording.ts";

const baseArgs: EmbeddingFunctionArgs = {
  functionName: "acme-dev-embedding-processor",
  description: "Embeds",
  handler: "index.ingest",
  codePath: "package.json",
  layerArns: ["arn:dependencies:1", "arn:model:1"],
  environment: functionEnvironment({
    credentials: { parameterName: "/acme/dev/supabase" },
    chunkTokens: 512,
    chunkOverlapTokens: 64,
    maxObjectBytes: 10_485_760,
    logLevel: "INFO",
  }),
  architecture: "arm64",
  memoryMegabytes: 3008,
  timeoutSeconds: 300,
  logRetentionDays: 30,
  ephemeralStorageMegabytes: 512,
  tracing: false,
  statements: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::docs/*" }],
};

const create = (changes: Partial<EmbeddingFunctionArgs> = {}) =>
  record(() => new EmbeddingFunction("ingest", { ...baseArgs, ...changes }));

describe("EmbeddingFunction", () => {
  it("makes the log group, the role and the function, and nothing else", async () => {
    const { resources } = await create();

    assert.deepEqual(titles(resources), [
      "LogGroup ingest",
      "Role ingest",
      "RolePolicy ingest",
      "Function ingest",
    ]);
    assert.deepEqual(inputsOf(resources, "LogGroup"), {
      name: "/aws/lambda/acme-dev-embedding-processor",
      retentionInDays: 30,
    });
  });

  it("gives the function its bundle, its layers and its whole environment", async () => {
    const { resources } = await create();

    const { code, ...inputs } = inputsOf(resources, "Function");
    assert.ok(pulumi.asset.FileArchive.isInstance(code));
    assert.deepEqual(inputs, {
      name: "acme-dev-embedding-processor",
      description: "Embeds",
      role: "arn:aws:iam::123456789012:role/ingest-1a2b3c4",
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.ingest",
      layers: ["arn:dependencies:1", "arn:model:1"],
      memorySize: 3008,
      timeout: 300,
      reservedConcurrentExecutions: -1,
      publish: false,
      tracingConfig: { mode: "PassThrough" },
      ephemeralStorage: { size: 512 },
      environment: {
        variables: {
          SSM_PARAMETER_NAME: "/acme/dev/supabase",
          MODEL_PATH: "/opt/model",
          CHUNK_TOKENS: "512",
          CHUNK_OVERLAP_TOKENS: "64",
          MAX_OBJECT_BYTES: "10485760",
          LOG_LEVEL: "INFO",
          ORT_DISABLE_TELEMETRY: "1",
          MALLOC_MMAP_THRESHOLD_: "4194304",
          MALLOC_TRIM_THRESHOLD_: "33554432",
          POWERTOOLS_SERVICE_NAME: "acme-dev-embedding-processor",
          POWERTOOLS_METRICS_NAMESPACE: "EmbeddingProcessor",
        },
      },
    });
  });

  it("runs on x86_64 where the architecture is x64", async () => {
    const { resources } = await create({ architecture: "x64" });

    assert.deepEqual(inputsOf(resources, "Function").architectures, ["x86_64"]);
  });

  it("lets Lambda alone take the role, and the role do what is asked and write its log", async () => {
    const { resources } = await create();

    assert.deepEqual(policyOf(inputsOf(resources, "Role"), "assumeRolePolicy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    });
    assert.deepEqual(Object.keys(inputsOf(resources, "Role")), ["assumeRolePolicy"]);
    assert.deepEqual(policyOf(inputsOf(resources, "RolePolicy")), {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::docs/*" },
        {
          Sid: "WriteLog",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource:
            "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/acme-dev-embedding-processor:*",
        },
      ],
    });
  });

  it("traces, with the permission for it, where it is asked to", async () => {
    const { resources } = await create({ tracing: true });

    assert.deepEqual(inputsOf(resources, "Function").tracingConfig, { mode: "Active" });
    assert.deepEqual(statementsOf(inputsOf(resources, "RolePolicy")).at(-1), {
      Sid: "SendTraces",
      Effect: "Allow",
      Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      Resource: "*",
    });
  });

  it("has the storage and the concurrency that it is given", async () => {
    const { resources } = await create({
      ephemeralStorageMegabytes: 2048,
      reservedConcurrency: 0,
    });

    const { ephemeralStorage, reservedConcurrentExecutions } = inputsOf(resources, "Function");
    assert.deepEqual([ephemeralStorage, reservedConcurrentExecutions], [{ size: 2048 }, 0]);
  });

  it("is connected to a network, with a role that may do so in these subnets alone", async () => {
    const network = { subnetIds: ["subnet-0a"], securityGroupIds: ["sg-0b"], target: TARGET };
    const { resources, result } = await create({ network });

    assert.deepEqual(inputsOf(resources, "Function").vpcConfig, {
      subnetIds: ["subnet-0a"],
      securityGroupIds: ["sg-0b"],
    });
    assert.deepEqual(
      statementsOf(inputsOf(resources, "RolePolicy")).slice(2),
      networkStatements("acme-dev-embedding-processor", network),
    );
    assert.equal(await resolved(result.vpcId), "vpc-0a1b2c3d");
  });

  it("publishes a version where an alias is to point at one", async () => {
    const { resources, result } = await create({ publish: true });

    assert.equal(inputsOf(resources, "Function").publish, true);
    assert.equal(await resolved(result.version), "7");
  });

  it("names the function and its log group", async () => {
    const { result } = await create();

    assert.equal(await resolved(result.functionName), "acme-dev-embedding-processor");
    assert.equal(await resolved(result.logGroupName), "/aws/lambda/acme-dev-embedding-processor");
  });
});
