import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { SearchFunction } from "../../infra/search-function.ts";
import { inputsOf, record, resolved, titles } from "./recording.ts";

const create = (withUrl: boolean) =>
  record(
    () =>
      new SearchFunction("search", {
        functionName: "acme-dev-embedding-search",
        codePath: "package.json",
        layerArns: [],
        environment: {},
        architecture: "arm64",
        memoryMegabytes: 3008,
        logRetentionDays: 30,
        ephemeralStorageMegabytes: 512,
        tracing: false,
        statements: [],
        withUrl,
      }),
  );

const FUNCTION = ["LogGroup search", "Role search", "RolePolicy search", "Function search"];

describe("SearchFunction", () => {
  it("is a function of its own role, without an address", async () => {
    const { result, resources } = await create(false);

    assert.deepEqual(titles(resources), FUNCTION);
    assert.equal(inputsOf(resources, "Function").handler, "index.search");
    assert.equal(inputsOf(resources, "Function").timeout, 60);
    assert.equal(result.url, undefined);
  });

  it("has an address, where asked, that takes signed requests only", async () => {
    const { result, resources } = await create(true);

    assert.deepEqual(titles(resources), [...FUNCTION, "FunctionUrl search"]);
    assert.deepEqual(inputsOf(resources, "FunctionUrl"), {
      functionName: "acme-dev-embedding-search",
      authorizationType: "AWS_IAM",
    });
    assert.equal(
      await resolved(pulumi.output(result.url)),
      "https://abc.lambda-url.eu-west-1.on.aws/",
    );
  });
});
