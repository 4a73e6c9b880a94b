import assert from "node:assert/strict";
import { Dashboard } from "../../infra/dashboard.ts";
import { dashboardBody } from "../../infra/dashboard-body.ts";
import { inputsOf, record, titles } from "./recording.ts";

describe("Dashboard", () => {
  it("is one dashboard with the body of its subject", async () => {
    const subject = {
      region: "eu-west-1",
      topicName: "uploads",
      functionName: "processor",
      searchFunctionName: undefined,
      alarmArns: [],
      timeoutSeconds: 300,
      memoryMegabytes: 3008,
      architecture: "arm64",
      delivery: "direct",
    } as const;
    const { resources } = await record(
      () => new Dashboard("dashboard", { ...subject, dashboardName: "acme-dev" }),
    );

    assert.deepEqual(titles(resources), ["Dashboard dashboard"]);
    assert.deepEqual(inputsOf(resources, "Dashboard"), {
      dashboardName: "acme-dev",
      dashboardBody: JSON.stringify(dashboardBody(subject)),
    });
  });
});
