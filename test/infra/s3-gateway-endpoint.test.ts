import assert from "node:assert/strict";
import { S3GatewayEndpoint } from "../../infra/s3-gateway-endpoint.ts";
import { inputsOf, record, titles } from "./recording.ts";

describe("S3GatewayEndpoint", () => {
  it("is one gateway endpoint of S3 in these route tables", async () => {
    const { resources } = await record(
      () =>
        new S3GatewayEndpoint("acme-dev-s3", {
          vpcId: "vpc-0a",
          region: "eu-west-1",
          routeTableIds: ["rtb-0a", "rtb-0b"],
        }),
    );

    assert.deepEqual(titles(resources), ["VpcEndpoint acme-dev-s3"]);
    assert.deepEqual(inputsOf(resources, "VpcEndpoint"), {
      vpcId: "vpc-0a",
      serviceName: "com.amazonaws.eu-west-1.s3",
      vpcEndpointType: "Gateway",
      routeTableIds: ["rtb-0a", "rtb-0b"],
      tags: { Name: "acme-dev-s3" },
    });
  });
});
